"""Calibrated cameras as PIX4D's text files and as JSON."""

from __future__ import annotations

import json

import numpy as np

from .block import Block, View
from .shelf import Shelf


def angles(turn: np.ndarray) -> tuple[float, float, float]:
    """Omega, phi, kappa in degrees: R_x(omega) R_y(phi) R_z(kappa) from the image (right, top, back) to the output
    system. ``turn``: rows right, down, forward."""
    matrix = np.column_stack([turn[0], -turn[1], -turn[2]])
    phi = np.arcsin(np.clip(matrix[0, 2], -1, 1))
    omega = np.arctan2(-matrix[1, 2], matrix[2, 2])
    kappa = np.arctan2(-matrix[0, 1], matrix[0, 0])
    found = np.degrees([omega, phi, kappa])
    return float(found[0]), float(found[1]), float(found[2])


def write_cameras(shelf: Shelf, block: Block) -> None:
    """Inner and outer orientation of every photo that was used, in the output system."""
    base = f"results/params/{shelf.stem}"
    rows = ["imageName X Y Z Omega Phi Kappa"]
    blocks = ["fileName imageWidth imageHeight", "camera matrix K [3x3]", "radial distortion [3x1]",
              "tangential distortion [2x1]", "camera position t [3x1]", "camera rotation R [3x3]",
              "camera model m = K [R|-Rt] X", ""]
    listed = []
    for view in block.views:
        position = view.position + block.origin
        omega, phi, kappa = angles(view.turn)
        rows.append(f"{view.name} " + " ".join(f"{value:.6f}" for value in (*position, omega, phi, kappa)))
        lens = _lens(view)
        blocks.append(f"{view.name} {view.facts.width} {view.facts.height}")
        blocks += [" ".join(f"{value:.9g}" for value in row) for row in lens]
        blocks += ["0 0 0", "0 0", " ".join(f"{value:.6f}" for value in position)]
        blocks += [" ".join(f"{value:.12f}" for value in row) for row in view.turn]
        listed.append({"image": view.photo.key, "width": view.facts.width, "height": view.facts.height,
                       "camera_matrix": lens.tolist(), "radial_distortion": [0.0, 0.0, 0.0],
                       "tangential_distortion": [0.0, 0.0], "position": position.tolist(),
                       "rotation": view.turn.tolist(), "omega_phi_kappa": [omega, phi, kappa]})
    text = {"calibrated_external_camera_parameters": ("txt", "\n".join(rows) + "\n"),
            "calibrated_camera_parameters": ("txt", "\n".join(blocks) + "\n"),
            "calibrated_camera_parameters_json": ("json", json.dumps({"crs": block.system.opf(), "cameras": listed}))}
    for output_type, (ending, content) in text.items():
        relative = f"{base}_{output_type.removesuffix('_json')}.{ending}"
        shelf.place(relative).write_text(content, encoding="utf-8")
        shelf.add("calibrated_camera_parameters", output_type, relative)
    relative = f"{base}_wkt.prj"
    shelf.place(relative).write_text(block.system.wkt, encoding="utf-8")
    shelf.add("project_wkt", "project_wkt", relative)


def _lens(view: View) -> np.ndarray:
    return np.array([[view.focal, 0, view.facts.centre[0]], [0, view.focal, view.facts.centre[1]], [0, 0, 1]])
