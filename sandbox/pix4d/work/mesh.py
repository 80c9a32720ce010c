"""The textured mesh: the surface as triangles, with the orthomosaic for its texture, as OBJ and as a Cesium tileset."""

from __future__ import annotations

import io
import json
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

from .block import Block
from .geodesy import LocalSystem, to_earth_centred
from .mosaic import Mosaic
from .records import ProcessingFailed
from .shelf import Shelf
from .surface import Surface

MOST_VERTICES = 20_000
LARGEST_TEXTURE = 2048


@dataclass(frozen=True)
class Mesh:
    """``vertices``: n x 3 in the output system less the block's origin. ``texture_places``: n x 2 from the texture's
    lower left corner, of 1. ``triangles``: n x 3 of indices, counter-clockwise from above. ``texture``: JPEG."""

    vertices: np.ndarray
    texture_places: np.ndarray
    triangles: np.ndarray
    texture: bytes


def make_mesh(surface: Surface, mosaic: Mosaic) -> Mesh:
    """Raises :class:`ProcessingFailed` when no four neighbouring places are covered."""
    thin = max(1, int(np.ceil(np.sqrt(surface.covered.sum() / MOST_VERTICES))))
    covered, heights = surface.covered[::thin, ::thin], surface.dsm[::thin, ::thin]
    x, y = (values[::thin] for values in surface.grid.centres())
    numbers = np.full(covered.shape, -1)
    numbers[covered] = np.arange(covered.sum())
    corners = numbers[:-1, :-1], numbers[:-1, 1:], numbers[1:, :-1], numbers[1:, 1:]
    whole = np.all([corner >= 0 for corner in corners], axis=0)
    if not whole.any():
        raise ProcessingFailed(10501, "The surface has no coherent piece.")
    upper_left, upper_right, lower_left, lower_right = (corner[whole] for corner in corners)
    triangles = np.concatenate([np.column_stack([upper_left, lower_left, lower_right]),
                                np.column_stack([upper_left, lower_right, upper_right])])
    rows, columns = np.nonzero(covered)
    grid = mosaic.grid
    places = np.column_stack([(x[columns] - grid.left) / (grid.cell * grid.columns),
                              1 - (grid.top - y[rows]) / (grid.cell * grid.rows)])
    used, renumbered = np.unique(triangles, return_inverse=True)
    return Mesh(np.column_stack([x[columns], y[rows], heights[covered]])[used], places[used],
                renumbered.reshape(-1, 3), _texture(mosaic))


def _texture(mosaic: Mosaic) -> bytes:
    colours = np.clip(np.rint(mosaic.bands), 0, 255).astype(np.uint8)
    if colours.shape[2] != 3:
        colours = np.repeat(colours[..., :1], 3, axis=2)
    picture = Image.fromarray(colours)
    picture.thumbnail((LARGEST_TEXTURE, LARGEST_TEXTURE))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


def write_obj(shelf: Shelf, block: Block, mesh: Mesh) -> None:
    """OBJ less the project's offset, its material and texture, all three in a ZIP, and the offset."""
    base = f"results/mesh/{shelf.stem}_simplified_3d_mesh"
    stem = base.rpartition("/")[2]
    lines = [f"mtllib {stem}.mtl", "usemtl surface"]
    lines += [f"v {x:.4f} {y:.4f} {z:.4f}" for x, y, z in mesh.vertices]
    lines += [f"vt {u:.6f} {v:.6f}" for u, v in mesh.texture_places]
    lines += [f"f {a}/{a} {b}/{b} {c}/{c}" for a, b, c in mesh.triangles + 1]
    shelf.place(f"{base}.obj").write_text("\n".join(lines) + "\n", encoding="ascii")
    shelf.place(f"{base}.mtl").write_text(f"newmtl surface\nKa 1 1 1\nKd 1 1 1\nKs 0 0 0\nmap_Kd {stem}.jpg\n",
                                          encoding="ascii")
    shelf.place(f"{base}.jpg").write_bytes(mesh.texture)
    shelf.add("3d_mesh_obj", "3d_mesh_obj", f"{base}.obj")
    shelf.add("3d_mesh_mat", "3d_mesh_mat", f"{base}.mtl")
    shelf.add("3d_mesh_texture", "3d_mesh_texture", f"{base}.jpg")
    shelf.bundle("3d_mesh_obj", "3d_mesh_obj_zip", f"{base}.zip", [f"{base}.{ending}" for ending in
                                                                   ("obj", "mtl", "jpg")])
    offset = f"results/params/{shelf.stem}_offset.xyz"
    shelf.place(offset).write_text(" ".join(f"{value:.3f}" for value in block.origin) + "\n", encoding="ascii")
    shelf.add("project_offset", "project_offset", offset)
    preview = "post_processing/mesh/mesh_thumb.jpg"
    with Image.open(io.BytesIO(mesh.texture)) as picture:
        picture.thumbnail((512, 512))
        picture.save(shelf.place(preview), "JPEG", quality=85)
    shelf.add("3d_mesh_obj", "3d_mesh_thumb", preview)


# ---------------------------------------------------------------------- Cesium
def write_tileset(shelf: Shelf, block: Block, mesh: Mesh) -> None:
    """3D Tiles 1.0: one batched model in a level system around the block, placed by the root's transform."""
    middle = mesh.vertices.mean(axis=0)
    places = block.system.to_geodetic(mesh.vertices + block.origin)
    centre = block.system.to_geodetic((middle + block.origin)[None])[0]
    local = LocalSystem(*centre)
    level = local.from_geodetic(places)
    model = _batched(_binary_gltf(level, mesh))
    shelf.place("post_processing/cesium/mesh.b3dm").write_bytes(model)
    low, high = level.min(axis=0), level.max(axis=0)
    half = np.maximum((high - low) / 2, 0.01)
    box = [*((low + high) / 2), half[0], 0, 0, 0, half[1], 0, 0, 0, half[2]]
    matrix = np.eye(4)
    origin = to_earth_centred(centre[None])[0]
    steps = to_earth_centred(local.to_geodetic(np.eye(3)))
    matrix[:3, :3] = (steps - origin).T
    matrix[:3, 3] = origin
    tileset = {"asset": {"version": "1.0", "gltfUpAxis": "Y"}, "geometricError": float(2 * np.linalg.norm(half)),
               "root": {"transform": matrix.T.ravel().tolist(), "boundingVolume": {"box": [float(one) for one in box]},
                        "geometricError": 0.0, "refine": "REPLACE", "content": {"uri": "mesh.b3dm"}}}
    shelf.place("post_processing/cesium/tileset.json").write_text(json.dumps(tileset), encoding="ascii")
    shelf.add("3d_mesh_obj", "b3dm_js", "post_processing/cesium/tileset.json")


def _batched(model: bytes) -> bytes:
    """A batched 3D model of one piece: header, feature table, model; each begins at a multiple of eight bytes."""
    table = b'{"BATCH_LENGTH":0}'
    table += b" " * (-(28 + len(table)) % 8)
    return b"b3dm" + struct.pack("<6I", 1, 28 + len(table) + len(model), len(table), 0, 0, 0) + table + model


def _binary_gltf(level: np.ndarray, mesh: Mesh) -> bytes:
    """glTF 2.0 with y up: east, up, south."""
    turned = np.column_stack([level[:, 0], level[:, 2], -level[:, 1]]).astype("<f4")
    flipped = np.column_stack([mesh.texture_places[:, 0], 1 - mesh.texture_places[:, 1]]).astype("<f4")
    parts = [turned.tobytes(), flipped.tobytes(), mesh.triangles.astype("<u4").tobytes(), mesh.texture]
    views: list[dict[str, Any]] = []
    content = b""
    for number, part in enumerate(parts):
        view: dict[str, Any] = {"buffer": 0, "byteOffset": len(content), "byteLength": len(part)}
        if number < 3:
            view["target"] = 34963 if number == 2 else 34962
        views.append(view)
        content += part + b"\x00" * (-len(part) % 8)
    described = {
        "asset": {"version": "2.0", "generator": "Imagery Hub sandbox"}, "scene": 0, "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}], "buffers": [{"byteLength": len(content)}], "bufferViews": views,
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0, "TEXCOORD_0": 1}, "indices": 2, "material": 0}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(turned), "type": "VEC3",
             "min": turned.min(axis=0).tolist(), "max": turned.max(axis=0).tolist()},
            {"bufferView": 1, "componentType": 5126, "count": len(flipped), "type": "VEC2"},
            {"bufferView": 2, "componentType": 5125, "count": mesh.triangles.size, "type": "SCALAR"}],
        "materials": [{"pbrMetallicRoughness": {"baseColorTexture": {"index": 0}, "metallicFactor": 0,
                                                "roughnessFactor": 1}, "extensions": {"KHR_materials_unlit": {}}}],
        "extensionsUsed": ["KHR_materials_unlit"],
        "textures": [{"source": 0, "sampler": 0}], "samplers": [{"wrapS": 33071, "wrapT": 33071}],
        "images": [{"bufferView": 3, "mimeType": "image/jpeg"}],
    }  # fmt: skip
    text = json.dumps(described, separators=(",", ":")).encode("ascii")
    text += b" " * (-(20 + len(text)) % 8)
    chunks = (struct.pack("<I4s", len(text), b"JSON") + text + struct.pack("<I4s", len(content), b"BIN\x00") + content)
    return struct.pack("<4s2I", b"glTF", 2, 12 + len(chunks)) + chunks
