"""What a training leaves behind: a forest that knows the classes' pixels, and the rules for cutting out objects."""

from __future__ import annotations

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from sklearn.ensemble import ExtraTreesRegressor

from .features import View
from .segmentation import Rules

CHUNK = 20000
SEED = 7

SAMPLES = {"resnet18": 20000, "resnet34": 30000, "resnet50": 45000}
"""Pixels learned from. The platform's backbones are networks of growing size; here they scale the effort."""


@dataclass(frozen=True)
class Effort:
    """How much work a training does: number of trees and of pixels, and the share of background among these."""

    trees: int
    samples: int
    background_share: float


def effort(settings: Mapping[str, Any]) -> Effort:
    """From the detector's configuration (notes section 11); what is left out has the platform's default."""
    steps = int(settings.get("training_steps") or 500)
    ratio = settings.get("background_sample_ratio")
    share = 0.25 if ratio is None else float(ratio)
    return Effort(
        trees=int(np.clip(round(60 * (steps / 500) ** 0.3), 40, 240)),
        samples=SAMPLES.get(str(settings.get("backbone")), SAMPLES["resnet34"]),
        background_share=min(max(share, 0.0), 0.95),
    )


@dataclass
class Model:
    """A trained detector. ``classes``: ids in the order of the forest's outputs; the last output is centrality."""

    classes: list[str]
    view: View
    forest: ExtraTreesRegressor
    rules: Rules

    def predict(self, features: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Membership (rows x columns x classes) and centrality (rows x columns) from features."""
        result = predict(self.forest, features)
        return result[..., :-1], result[..., -1]

    def save(self, path: Path) -> None:
        """Writes the model. Only :meth:`load` on this machine is meant to read it."""
        joblib.dump(self, path, compress=1)

    @staticmethod
    def load(path: Path) -> Model:
        """Reads a model that this sandbox wrote. Raises ValueError for another file."""
        model = joblib.load(path)
        if not isinstance(model, Model):
            raise ValueError("The file is not a trained detector.")
        return model


def grow(features: np.ndarray, targets: np.ndarray, weights: np.ndarray, trees: int) -> ExtraTreesRegressor:
    """Learns pixels x features -> pixels x (classes + centrality). Deterministic."""
    forest = ExtraTreesRegressor(
        n_estimators=trees, min_samples_leaf=max(2, min(20, len(features) // 200)), max_features=0.33,
        random_state=SEED, n_jobs=os.cpu_count(),
    )  # fmt: skip
    forest.fit(features, targets, sample_weight=weights)
    # Trees of one prediction are added up in the order in which threads end; one thread per chunk keeps it the same.
    forest.n_jobs = 1
    return forest


def predict(forest: ExtraTreesRegressor, features: np.ndarray) -> np.ndarray:
    """Outputs for ... x features as ... x outputs, 32-bit floats."""
    flat = features.reshape(-1, features.shape[-1])
    chunks = [flat[start : start + CHUNK] for start in range(0, len(flat), CHUNK)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        parts = list(pool.map(forest.predict, chunks))
    return np.concatenate(parts).astype(np.float32).reshape(*features.shape[:-1], -1)
