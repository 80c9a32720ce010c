"""From probabilities to objects: which pixels belong to an object, and where one object ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import ndimage


@dataclass(frozen=True)
class Rules:
    """How objects are cut out; lengths in diameters of the typical object, areas in its areas.

    ``threshold``: membership from which on a pixel belongs to an object; ``smoothing`` and ``spacing``: of the peaks
    from which objects grow; ``smallest``: area below which an object is dropped; ``widest``: how far an object may
    reach from its peak.
    """

    threshold: float = 0.5
    smoothing: float = 0.1
    spacing: float = 0.35
    smallest: float = 0.25
    widest: float = 1.0


def regions(membership: np.ndarray, rules: Rules, diameter: float) -> np.ndarray:
    """Classes by pixel, 1 for the first, 0 for background. ``membership``: rows x columns x classes, 0 to 1."""
    smooth = np.stack([_smooth(layer, 0.02 * diameter) for layer in np.moveaxis(membership, -1, 0)])
    return np.where(smooth.max(axis=0) >= rules.threshold, smooth.argmax(axis=0) + 1, 0).astype(np.int32)


def instances(
    membership: np.ndarray, centrality: np.ndarray, rules: Rules, diameter: float
) -> tuple[np.ndarray, np.ndarray]:
    """Single objects. ``centrality``: 1 in the middle of an object, 0 at its edge and outside.

    Answers the labels (0 is background) and the peaks, one (row, column, class index) for label 1, 2 and so on. An
    object grows from a peak of the smoothed centrality over the pixels of its class: a watershed.
    """
    classes = regions(membership, rules, diameter)
    relief = _smooth(centrality + membership.max(axis=-1), rules.smoothing * diameter)
    labels = np.zeros(classes.shape, dtype=np.int32)
    peaks: list[tuple[int, int, int]] = []
    for number in range(membership.shape[-1]):
        mask = classes == number + 1
        if not mask.any():
            continue
        found = _peaks(np.where(mask, relief, 0.0), mask, max(1.0, rules.spacing * diameter))
        markers = np.zeros(mask.shape, dtype=np.int32)
        for row, column in found:
            peaks.append((row, column, number))
            markers[row, column] = len(peaks)
        if len(found):
            labels = np.where(mask, _watershed(relief, markers, mask, rules.widest * diameter), labels)
    return labels, np.array(peaks, dtype=np.int64).reshape(-1, 3)


def _smooth(layer: np.ndarray, sigma: float) -> np.ndarray:
    return ndimage.gaussian_filter(layer, sigma, mode="nearest", truncate=3.0) if sigma > 0.3 else layer


def _peaks(relief: np.ndarray, mask: np.ndarray, spacing: float) -> list[tuple[int, int]]:
    """The places that no place within about ``spacing`` exceeds; a plateau counts once. Squares: quick."""
    side = 2 * round(0.9 * spacing) + 1
    highest = (ndimage.maximum_filter(relief, size=side, mode="nearest") == relief) & mask
    plateaus, count = ndimage.label(highest, structure=np.ones((3, 3)))
    if count == 0:
        return []
    flat = plateaus.ravel()
    places = np.nonzero(flat)[0]
    _, first = np.unique(flat[places], return_index=True)
    return [(int(place) // mask.shape[1], int(place) % mask.shape[1]) for place in places[first]]


def _watershed(relief: np.ndarray, markers: np.ndarray, mask: np.ndarray, reach: float) -> np.ndarray:
    """Floods the relief from the markers downwards, within the mask and no farther than ``reach`` from a marker."""
    top = float(relief.max()) or 1.0
    depth = np.round((1.0 - np.clip(relief / top, 0, 1)) * 60000).astype(np.uint16)
    depth[~mask] = 60001  # at 65535, the highest of the type, scipy floods nothing
    seeds = markers.copy()
    seeds[~mask] = -1
    flooded = ndimage.watershed_ift(depth, seeds, structure=ndimage.generate_binary_structure(2, 1))
    flooded[flooded < 0] = 0
    rows, columns = np.nonzero(flooded)
    places = np.zeros((int(markers.max()) + 1, 2))
    seed_rows, seed_columns = np.nonzero(markers > 0)
    places[markers[seed_rows, seed_columns]] = np.stack([seed_rows, seed_columns], axis=1)
    owner = places[flooded[rows, columns]]
    far = np.hypot(rows - owner[:, 0], columns - owner[:, 1]) > reach
    flooded[rows[far], columns[far]] = 0
    return flooded
