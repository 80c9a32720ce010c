"""Learning: from outlined pixels to a model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

from . import model as models
from . import scoring, segmentation
from .annotated import Annotated
from .features import View, view_for
from .labels import Labels
from .model import Effort, Model
from .segmentation import Rules

FOLDS = 4
FEWEST_OUTLINES = 20
"""Below this many outlines the rules keep their defaults: too little to choose them by."""

MOST_TUNING_WINDOWS = 3
CHOICES: dict[str, tuple[float, ...]] = {
    "threshold": (0.4, 0.5, 0.6),
    "spacing": (0.25, 0.35, 0.5),
    "smoothing": (0.06, 0.1, 0.14),
    "smallest": (0.15, 0.3),
}


@dataclass
class _Scene:
    """One window of the training areas: where the learned pixels lie in it, and what all its pixels are."""

    source: Annotated
    window: tuple[int, int, int, int]
    truth: Labels
    folds: np.ndarray


def learn(rasters: list[Annotated], classes: list[str], settings: Mapping[str, Any]) -> Model:
    """Learns from the training areas of all rasters. Raises ValueError with a sentence when there is nothing to learn.

    Pixels in outlines are examples of their class, the other pixels of the training areas of the background; the
    share of the latter is the setting ``background_sample_ratio``. Pixels outside the training areas are not used.
    """
    plan = models.effort(settings)
    view = _view(rasters)
    scenes = _scenes(rasters, view)
    if not any((scene.truth.classes[scene.truth.area] > 0).any() for scene in scenes):
        raise ValueError("No outline lies inside a training area of a raster; there is nothing to learn from.")
    pixels, targets, weights, folds = _sample(scenes, view, len(classes), plan)
    forest = models.grow(pixels, targets, weights, plan.trees)
    kind = str(settings.get("detection_type") or "count")
    rules = Rules()
    if sum(len(one.within(one.training)) for one in rasters) >= FEWEST_OUTLINES:
        scenes = scenes[:MOST_TUNING_WINDOWS]
        guesses = _guess(scenes, view, (pixels, targets, weights, folds), plan)
        rules = _tune(scenes, guesses, view, kind)
    return Model(classes, view, forest, rules)


def _view(rasters: list[Annotated]) -> View:
    diameters = [
        2 * math.sqrt(shape.GetArea() / one.pixel_area() / math.pi)
        for one in rasters
        for shape, _ in (one.within(one.training) or one.outlines)
    ]
    if not diameters:
        raise ValueError("There is no outline to learn from.")
    bands = min(one.ranges.shape[0] for one in rasters)
    return view_for(float(np.median(diameters)), bands)


def _scenes(rasters: list[Annotated], view: View) -> list[_Scene]:
    scenes = []
    for one in rasters:
        for window in one.windows(one.training, view):
            truth = one.label(window, view, one.training)
            if truth.area.any():
                rows, columns = np.indices(truth.area.shape)
                along = rows if truth.area.shape[0] >= truth.area.shape[1] else columns
                scenes.append(_Scene(one, window, truth, along * FOLDS // max(truth.area.shape)))
    return scenes


def _sample(
    scenes: list[_Scene], view: View, classes: int, plan: Effort
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Draws pixels: features, targets, weights, folds. Weights give every kind of pixel the share that it has in the
    training areas, however many of it were drawn."""
    present = np.sum([np.bincount(s.truth.classes[s.truth.area], minlength=classes + 1) for s in scenes], axis=0)
    wanted = np.zeros(classes + 1)
    wanted[0] = plan.samples * plan.background_share
    wanted[1:] = plan.samples * (1 - plan.background_share) * (present[1:] > 0) / max(1, (present[1:] > 0).sum())
    share = np.minimum(1.0, wanted / np.maximum(present, 1))
    generator = np.random.default_rng(models.SEED)
    parts = []
    for scene in scenes:
        truth = scene.truth
        drawn = truth.area & (generator.random(truth.area.shape) < share[truth.classes])
        if not drawn.any():
            continue
        kinds = truth.classes[drawn]
        targets = np.zeros((len(kinds), classes + 1), dtype=np.float32)
        targets[:, :classes] = kinds[:, None] == np.arange(1, classes + 1)
        targets[:, classes] = truth.centrality[drawn]
        pixels = scene.source.look(scene.window, view)[drawn]
        parts.append((pixels, targets, 1.0 / share[kinds], scene.folds[drawn]))
    pixels, targets, weights, folds = (np.concatenate(group) for group in zip(*parts))
    if share[0] == 0 or present[0] == 0:
        pixels, targets, weights, folds = _imagine_background(pixels, targets, weights, folds, generator)
    return pixels, targets, weights, folds


def _imagine_background(
    pixels: np.ndarray, targets: np.ndarray, weights: np.ndarray, folds: np.ndarray, generator: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Where everything is outlined, or no background is wanted, all that differs from the outlined is background:
    noise around the examples stands for it."""
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    margin = np.maximum(0.25 * (high - low), 0.05)
    noise = generator.uniform(low - margin, high + margin, size=pixels.shape).astype(np.float32)
    return (
        np.concatenate([pixels, noise]),
        np.concatenate([targets, np.zeros_like(targets)]),
        np.concatenate([weights, np.full(len(noise), weights.mean())]),
        np.concatenate([folds, generator.integers(0, FOLDS, len(noise))]),
    )


def _guess(scenes: list[_Scene], view: View, samples: tuple[np.ndarray, ...], plan: Effort) -> list[np.ndarray]:
    """Predictions for the scenes in which no pixel was predicted by a forest that had learned its neighbourhood."""
    pixels, targets, weights, folds = samples
    guesses = [np.zeros((*scene.truth.area.shape, targets.shape[1]), dtype=np.float32) for scene in scenes]
    forests = {}
    for fold in range(FOLDS):
        learned = folds != fold
        if learned.any() and not learned.all():
            trees = max(30, plan.trees // 2)
            forests[fold] = models.grow(pixels[learned], targets[learned], weights[learned], trees)
    for scene, guess in zip(scenes, guesses):
        seen = scene.source.look(scene.window, view)
        for fold, forest in forests.items():
            part = scene.folds == fold
            guess[part] = models.predict(forest, seen[part])
    return guesses


def _tune(scenes: list[_Scene], guesses: list[np.ndarray], view: View, kind: str) -> Rules:
    """Chooses the rules under which the guesses agree well with the outlines.

    Every combination is tried; each rule then gets the value that did best on average over the others. A few dozen
    outlines are too few for the single best combination to be more than luck.
    """
    names = ["threshold"] if kind == "segmentation" else list(CHOICES)
    tried = {
        values: _agreement(scenes, guesses, view, kind, replace(Rules(), **dict(zip(names, values))))
        for values in product(*(CHOICES[name] for name in names))
    }
    chosen = {
        name: max(
            CHOICES[name],
            key=lambda value: sum(quality for values, quality in tried.items() if values[index] == value),
        )
        for index, name in enumerate(names)
    }
    return replace(Rules(), **chosen)


def _agreement(scenes: list[_Scene], guesses: list[np.ndarray], view: View, kind: str, rules: Rules) -> float:
    total = scoring.Agreement()
    for scene, guess in zip(scenes, guesses):
        total += agreement(guess[..., :-1], guess[..., -1], scene.truth, view, kind, rules, least_iou=0.3)
    return total.quality


def agreement(
    membership: np.ndarray,
    centrality: np.ndarray,
    truth: Labels,
    view: View,
    kind: str,
    rules: Rules,
    least_iou: float,
) -> scoring.Agreement:
    """How well predictions for a window agree with its outlines, as far as its areas reach."""
    if kind == "segmentation":
        found = segmentation.regions(membership, rules, view.diameter)
        return scoring.compare_pixels(np.where(truth.area, found, 0), np.where(truth.area, truth.classes, 0))
    labels, peaks = segmentation.instances(membership, centrality, rules, view.diameter)
    sizes = np.bincount(labels.ravel(), minlength=len(peaks) + 1)
    kept = sizes >= rules.smallest * math.pi * view.diameter**2 / 4
    labels = np.where(truth.area & kept[labels], labels, 0)
    outlined = np.where(truth.area, truth.objects, 0)
    total = scoring.Agreement()
    of_class = np.concatenate([[0], peaks[:, 2] + 1])[labels]
    for number in range(1, membership.shape[-1] + 1):
        total += scoring.compare_objects(
            np.where(of_class == number, labels, 0), np.where(truth.classes == number, outlined, 0), least_iou
        )
    return total
