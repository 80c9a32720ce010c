"""One-to-one matching of shapes by their overlap."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qgis.core import QgsFeature, QgsGeometry, QgsSpatialIndex


@dataclass(frozen=True)
class Match:
    """A detection (by its place in the list), the truth that it found, and their intersection over union."""

    detection: int
    truth: int
    iou: float


@dataclass(frozen=True)
class Score:
    """How well detections fit the truth. What cannot be divided (nothing found, nothing to find) counts as 0."""

    detections: int
    truths: int
    matches: Sequence[Match]

    @property
    def precision(self) -> float:
        """Share of the detections that are right."""
        return len(self.matches) / self.detections if self.detections else 0.0

    @property
    def recall(self) -> float:
        """Share of the truth that was found."""
        return len(self.matches) / self.truths if self.truths else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        together = self.precision + self.recall
        return 2 * self.precision * self.recall / together if together else 0.0


def score(
    detections: Sequence[QgsGeometry],
    truths: Sequence[QgsGeometry],
    threshold: float,
    go_on: Callable[[], bool] = lambda: True,
) -> Score:
    """Match as many detections as possible, each to one truth with an IoU of at least ``threshold``; planar geometry.

    Among equally many matches those of greater overlap are taken first. ``go_on`` False ends the search.
    """
    pairs = _overlaps(detections, truths, threshold, go_on)
    return Score(len(detections), len(truths), _most_matches(pairs))


def iou(one: QgsGeometry, other: QgsGeometry) -> float:
    """Intersection over union of two areas."""
    shared = one.intersection(other).area()
    united = one.area() + other.area() - shared
    return shared / united if united > 0 else 0.0


def _overlaps(
    detections: Sequence[QgsGeometry], truths: Sequence[QgsGeometry], threshold: float, go_on: Callable[[], bool]
) -> list[Match]:
    """All pairs that overlap enough, greatest overlap first."""
    index = QgsSpatialIndex()
    for number, truth in enumerate(truths):
        feature = QgsFeature(number)
        feature.setGeometry(truth)
        index.addFeature(feature)
    found = []
    for number, detection in enumerate(detections):
        if not go_on():
            break
        for candidate in index.intersects(detection.boundingBox()):
            overlap = iou(detection, truths[candidate])
            if overlap > 0 and overlap >= threshold:
                found.append(Match(number, candidate, overlap))
    return sorted(found, key=lambda match: (-match.iou, match.detection, match.truth))


def _most_matches(pairs: Sequence[Match]) -> list[Match]:
    """A maximum matching by augmenting paths (Kuhn), detections with the greatest overlap first."""
    choices: dict[int, list[Match]] = {}
    for pair in pairs:
        choices.setdefault(pair.detection, []).append(pair)
    by_truth: dict[int, Match] = {}
    by_detection: dict[int, Match] = {}
    for detection in choices:
        for pair in _augmenting_path(detection, choices, by_truth, by_detection):
            by_truth[pair.truth] = pair
            by_detection[pair.detection] = pair
    return sorted(by_detection.values(), key=lambda match: match.detection)


def _augmenting_path(
    start: int, choices: dict[int, list[Match]], by_truth: dict[int, Match], by_detection: dict[int, Match]
) -> list[Match]:
    """The pairs to take so that one more detection is matched, moving those in the way; empty when there is no way."""
    reached: dict[int, Match] = {}
    waiting = deque([start])
    while waiting:
        for pair in choices[waiting.popleft()]:
            if pair.truth in reached:
                continue
            reached[pair.truth] = pair
            if pair.truth in by_truth:
                waiting.append(by_truth[pair.truth].detection)
                continue
            path = [pair]
            while path[-1].detection != start:
                path.append(reached[by_detection[path[-1].detection].truth])
            return path
    return []
