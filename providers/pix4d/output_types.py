"""All types of outputs (notes, section 17.3) and where each belongs; what they are called is in
``core.messages.pix4d_outputs``.

What a type holds and which ending its file has is documented for the main ones (17.2); for the others it is INFERRED
from the name. A type that is not in the table is shown as a file, under its own name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath


class Home(Enum):
    """Where an output belongs in QGIS."""

    STREAMED = "streamed"
    """A cloud-optimised raster: shown from where it is, or downloaded."""
    RASTER = "raster"
    """A raster that is downloaded to be shown."""
    POINT_CLOUD = "point_cloud"
    """A file of points: LAS or LAZ."""
    SCENE = "scene"
    """The index of a tiled scene (3D Tiles); the tiles are beside it."""
    CONTOURS = "contours"
    """An archive of lines."""
    CAMERAS = "cameras"
    """Where the photos were taken from, as calibrated."""
    PROJECT = "project"
    """The index of an OPF project; it names the files that belong to it."""
    REPORT = "report"
    """A document to be read by people or programs."""
    ARCHIVE = "archive"
    """Several files in one."""
    MODEL = "model"
    """3D data that QGIS does not show; other programs do."""
    PICTURE = "picture"
    """A preview."""
    FACTS = "facts"
    """A small file about another output."""


@dataclass(frozen=True)
class OutputType:
    """``suffix``: the usual ending of its file, with the dot. ``look``: how a raster is shown (``ortho``, ``heights``,
    ``index``, ``reflectance``), empty for what is none."""

    name: str
    home: Home
    suffix: str
    look: str = ""

    @property
    def is_raster(self) -> bool:
        """Whether it is one georeferenced raster."""
        return self.home in (Home.STREAMED, Home.RASTER)


_ROWS: dict[Home, tuple[tuple[str, ...], ...]] = {
    Home.STREAMED: (
        ("ortho_cloud_optimized", ".tif", "ortho"),
        ("ortho_cloud_optimized_display", ".tif", "ortho"),
        ("dsm_cloud_optimized", ".tif", "heights"),
        ("dsm_cloud_optimized_display", ".tif", "ortho"),
    ),
    Home.RASTER: (
        ("ortho", ".tif", "ortho"),
        ("ortho_rgb", ".tif", "ortho"),
        ("dsm", ".tif", "heights"),
        ("dtm", ".tif", "heights"),
        ("ndvi", ".tif", "index"),
        ("reflectance_green", ".tif", "reflectance"),
        ("reflectance_nir", ".tif", "reflectance"),
        ("reflectance_red", ".tif", "reflectance"),
        ("reflectance_reg", ".tif", "reflectance"),
    ),
    Home.POINT_CLOUD: (("point_cloud", ".laz"),),
    Home.SCENE: (("b3dm_js", ".json"), ("b3dm_js_identity", ".json")),
    Home.CONTOURS: (("contour_files_bundle", ".zip"),),
    Home.CAMERAS: (
        ("calibrated_external_camera_parameters", ".txt"),
        ("calibrated_cameras", ".json"),
        ("input_cameras", ".json"),
    ),
    Home.PROJECT: (("opf_project", ".opf"),),
    Home.REPORT: (
        ("quality_report", ".pdf"),
        ("xml_quality_report", ".xml"),
        ("json_quality_report", ".json"),
        ("gcp_quality_report", ".json"),
        ("inspect_report_json", ".json"),
        ("inspect_report_pdf", ".pdf"),
        ("project_report_json", ".json"),
        ("project_report_pdf", ".pdf"),
        ("i_construction", ".xml"),
        ("cell_tower_analytics", ".json"),
        ("mapper_log", ".txt"),
    ),
    Home.ARCHIVE: (
        ("ortho_rgba_bundle", ".zip"),
        ("ortho_rgb_bundle", ".zip"),
        ("dsm_bundle", ".zip"),
        ("dtm_bundle", ".zip"),
        ("point_cloud_bundle", ".zip"),
        ("3d_mesh_obj_zip", ".zip"),
        ("reflectance_maps_bundle", ".zip"),
        ("log_file_bundle", ".zip"),
        ("project_zip", ".zip"),
        ("input_zip", ".zip"),
    ),
    Home.MODEL: (
        ("3d_mesh_obj", ".obj"),
        ("3d_mesh_mat", ".mtl"),
        ("3d_mesh_texture", ".jpg"),
        ("3d_mesh_texture_2048", ".jpg"),
        ("3d_mesh_texture_8192", ".jpg"),
        ("3d_mesh_texture_16384", ".jpg"),
        ("3d_mesh_fbx", ".fbx"),
        ("3d_mesh_draco", ".drc"),
        ("3d_mesh_slpk", ".slpk"),
        ("point_cloud_gltf", ".gltf"),
        ("point_cloud_slpk", ".slpk"),
        ("potree_js", ".js"),
        ("gaussian_splatting", ".ply"),
        ("gaussian_splatting_display", ".ply"),
        ("gaussian_splatting_potree", ".json"),
        ("ifc", ".ifc"),
    ),
    Home.PICTURE: (
        ("ortho_thumb", ".png"),
        ("dsm_thumb", ".png"),
        ("dsm_preview", ".png"),
        ("ndvi_thumb", ".png"),
        ("3d_mesh_thumb", ".png"),
        ("project_thumb", ".png"),
    ),
    Home.FACTS: (
        ("ortho_metadata", ".json"),
        ("dsm_metadata", ".json"),
        ("ndvi_metadata", ".json"),
        ("potree_metadata", ".json"),
        ("calibrated_camera_parameters", ".txt"),
        ("calibrated_camera_parameters_json", ".json"),
        ("calibrated_external_camera_parameters_error", ".txt"),
        ("calibrated_external_camera_parameters_error_json", ".json"),
        ("opf_scene_ref_frame", ".json"),
        ("project_offset", ".xyz"),
        ("project_wkt", ".prj"),
    ),
}

TYPES: dict[str, OutputType] = {
    row[0]: OutputType(row[0], home, *row[1:]) for home, rows in _ROWS.items() for row in rows
}


def type_of(name: str, key: str = "") -> OutputType:
    """The row of a type. For one that is not known, a file with the ending of its storage key."""
    known = TYPES.get(name)
    return known if known is not None else OutputType(name, Home.FACTS, PurePosixPath(key).suffix)


#: Which types are registered together: a mesh needs its material and texture (section 17.4).
MESH, MATERIAL, TEXTURE = "3d_mesh_obj", "3d_mesh_mat", "3d_mesh_texture"

#: The rasters that a project offers for the same thing, the one that can be seen at once first.
ORTHOS = ("ortho_cloud_optimized", "ortho", "ortho_rgb")
SURFACES = ("dsm_cloud_optimized", "dsm")
STREAMED_TWINS = {"ortho": "ortho_cloud_optimized", "ortho_rgb": "ortho_cloud_optimized", "dsm": "dsm_cloud_optimized"}
