"""How well found objects agree with outlined ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Agreement:
    """Counts of a comparison: ``hits`` are pairs that overlap enough, ``overlap`` the sum of their IoU. For
    segmentation the counts are pixels and every common pixel is a hit."""

    hits: int = 0
    found: int = 0
    outlined: int = 0
    overlap: float = 0.0

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.hits + other.hits,
            self.found + other.found,
            self.outlined + other.outlined,
            self.overlap + other.overlap,
        )

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall, 0 to 1; 0 when there is nothing to compare."""
        total = self.found + self.outlined
        return 2 * self.hits / total if total else 0.0

    @property
    def quality(self) -> float:
        """Like F1, every hit weighted with its IoU (panoptic quality), 0 to 1."""
        total = self.found + self.outlined
        return 2 * self.overlap / total if total else 0.0


def compare_objects(found: np.ndarray, outlined: np.ndarray, least_iou: float) -> Agreement:
    """Pairs the objects of two label images (0 is background), the best overlap first, each object once."""
    found_sizes, outlined_sizes = np.bincount(found.ravel()), np.bincount(outlined.ravel())
    width = len(outlined_sizes)
    pairs, common = np.unique(found.ravel().astype(np.int64) * width + outlined.ravel(), return_counts=True)
    first, second = pairs // width, pairs % width
    real = (first > 0) & (second > 0)
    first, second, common = first[real], second[real], common[real]
    iou = common / (found_sizes[first] + outlined_sizes[second] - common)
    used_first: set[int] = set()
    used_second: set[int] = set()
    overlap = 0.0
    for index in np.argsort(-iou, kind="stable"):
        if iou[index] < least_iou:
            break
        one, other = int(first[index]), int(second[index])
        if one not in used_first and other not in used_second:
            used_first.add(one)
            used_second.add(other)
            overlap += float(iou[index])
    return Agreement(
        len(used_first), int(np.count_nonzero(found_sizes[1:])), int(np.count_nonzero(outlined_sizes[1:])), overlap
    )


def compare_pixels(found: np.ndarray, outlined: np.ndarray) -> Agreement:
    """Compares class images pixel by pixel (0 is background)."""
    hits = int(np.count_nonzero((found == outlined) & (found > 0)))
    return Agreement(hits, int(np.count_nonzero(found)), int(np.count_nonzero(outlined)), float(hits))
