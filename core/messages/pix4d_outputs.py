"""What PIX4D's outputs are, in plain words. Which of them belongs where is in ``providers.pix4d.output_types``."""

from __future__ import annotations

from ..translation import tr


def title(name: str) -> str:
    """What a type of output is called; its own name where it is not known."""
    return titles().get(name) or name


def titles() -> dict[str, str]:
    """All types of the platform's documents."""
    return {
        # orthomosaic
        "ortho": tr("Orthomosaic (transparent outside)"),
        "ortho_rgb": tr("Orthomosaic (opaque)"),
        "ortho_rgba_bundle": tr("Orthomosaic (transparent outside) with world file, as ZIP"),
        "ortho_rgb_bundle": tr("Orthomosaic (opaque) with world file, as ZIP"),
        "ortho_cloud_optimized": tr("Orthomosaic (cloud-optimised)"),
        "ortho_cloud_optimized_display": tr("Orthomosaic for display (cloud-optimised)"),
        "ortho_metadata": tr("Facts about the orthomosaic"),
        "ortho_thumb": tr("Preview of the orthomosaic"),
        # surface and terrain
        "dsm": tr("Surface model (DSM)"),
        "dsm_bundle": tr("Surface model (DSM) with world file, as ZIP"),
        "dsm_cloud_optimized": tr("Surface model (DSM, cloud-optimised)"),
        "dsm_cloud_optimized_display": tr("Surface model for display (cloud-optimised)"),
        "dsm_metadata": tr("Facts about the surface model"),
        "dsm_preview": tr("Picture of the surface model"),
        "dsm_thumb": tr("Preview of the surface model"),
        "dtm": tr("Terrain model (DTM)"),
        "dtm_bundle": tr("Terrain model (DTM) with world file, as ZIP"),
        "contour_files_bundle": tr("Contour lines, as ZIP"),
        # point cloud
        "point_cloud": tr("Point cloud (LAS or LAZ)"),
        "point_cloud_bundle": tr("Point cloud, as ZIP"),
        "point_cloud_gltf": tr("Point cloud (glTF)"),
        "point_cloud_slpk": tr("Point cloud (Esri scene layer package)"),
        "potree_js": tr("Point cloud for web viewers (Potree)"),
        "potree_metadata": tr("Facts about the point cloud for web viewers"),
        # splats
        "gaussian_splatting": tr("Gaussian splats"),
        "gaussian_splatting_display": tr("Gaussian splats for display"),
        "gaussian_splatting_potree": tr("Gaussian splats for web viewers (Potree)"),
        # mesh
        "3d_mesh_draco": tr("3D mesh (Draco)"),
        "3d_mesh_fbx": tr("3D mesh (FBX)"),
        "3d_mesh_mat": tr("Material of the 3D mesh"),
        "3d_mesh_obj": tr("3D mesh (OBJ)"),
        "3d_mesh_obj_zip": tr("3D mesh (OBJ) with material and texture, as ZIP"),
        "3d_mesh_slpk": tr("3D mesh (Esri scene layer package)"),
        "3d_mesh_texture": tr("Texture of the 3D mesh"),
        "3d_mesh_texture_2048": tr("Texture of the 3D mesh (2,048 pixels)"),
        "3d_mesh_texture_8192": tr("Texture of the 3D mesh (8,192 pixels)"),
        "3d_mesh_texture_16384": tr("Texture of the 3D mesh (16,384 pixels)"),
        "3d_mesh_thumb": tr("Preview of the 3D mesh"),
        "b3dm_js": tr("3D mesh as tiled scene (Cesium)"),
        "b3dm_js_identity": tr("3D mesh as tiled scene without a place (Cesium)"),
        # cameras
        "calibrated_camera_parameters": tr("Calibrated lens parameters"),
        "calibrated_camera_parameters_json": tr("Calibrated lens parameters (JSON)"),
        "calibrated_external_camera_parameters": tr("Calibrated positions of the photos"),
        "calibrated_external_camera_parameters_error": tr("Errors of the calibrated positions"),
        "calibrated_external_camera_parameters_error_json": tr("Errors of the calibrated positions (JSON)"),
        "calibrated_cameras": tr("Calibrated cameras (OPF)"),
        "input_cameras": tr("Cameras as they came in (OPF)"),
        # index and reflectance
        "ndvi": tr("Vegetation index (NDVI)"),
        "ndvi_metadata": tr("Facts about the vegetation index"),
        "ndvi_thumb": tr("Preview of the vegetation index"),
        "reflectance_green": tr("Reflectance, green"),
        "reflectance_nir": tr("Reflectance, near infrared"),
        "reflectance_red": tr("Reflectance, red"),
        "reflectance_reg": tr("Reflectance, red edge"),
        "reflectance_maps_bundle": tr("Reflectance maps, as ZIP"),
        # reports and logs
        "quality_report": tr("Quality report (PDF)"),
        "xml_quality_report": tr("Quality report (XML)"),
        "json_quality_report": tr("Quality report (JSON)"),
        "gcp_quality_report": tr("Quality report of the control points"),
        "inspect_report_json": tr("Inspection report (JSON)"),
        "inspect_report_pdf": tr("Inspection report (PDF)"),
        "project_report_json": tr("Project report (JSON)"),
        "project_report_pdf": tr("Project report (PDF)"),
        "mapper_log": tr("Processing log"),
        "log_file_bundle": tr("Log files, as ZIP"),
        "i_construction": tr("Construction report (i-Construction)"),
        "cell_tower_analytics": tr("Cell tower analysis"),
        # project
        "project_offset": tr("Offset of the project's coordinates"),
        "project_thumb": tr("Preview of the project"),
        "project_wkt": tr("Reference system of the project (WKT)"),
        "project_zip": tr("Whole project, as ZIP"),
        "input_zip": tr("Photos that went in, as ZIP"),
        "ifc": tr("Building model (IFC)"),
        "opf_project": tr("OPF project with all of its files"),
        "opf_scene_ref_frame": tr("Scene reference frame (OPF)"),
    }


def states() -> dict[str, str]:
    """The platform's words for whether an output can be had."""
    return {
        "done": tr("ready"),
        "in_progress": tr("being made"),
        "requestable": tr("made on request"),
        "not available": tr("not there"),
    }
