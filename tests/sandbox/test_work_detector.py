"""Detectors on images whose truth is known: they find what was outlined, and only that."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from analytic_images import Box, annotation, box_of, disc, found_rings, hits, ring_of, touching_discs, write_image

from sandbox.picterra.work import detector
from sandbox.picterra.work.records import ClassResult, TrainingRaster

RED, BLUE, GROUND = (200, 40, 40), (40, 60, 200), (120, 120, 110)
SIDE, STEP = 24, 48
COUNT = {"detection_type": "count", "output_type": "polygon", "training_steps": 500, "background_sample_ratio": 0.25}
SEGMENTATION = COUNT | {"detection_type": "segmentation"}


def squares(width: int = 480, height: int = 288) -> tuple[np.ndarray, list[Box], list[Box]]:
    """Red and blue squares in turn on a noisy ground, and the boxes of both."""
    random = np.random.default_rng(3)
    pixels = np.empty((height, width, 3))
    pixels[:] = GROUND
    boxes: tuple[list[Box], list[Box]] = ([], [])
    for row in range(height // STEP):
        for column in range(width // STEP):
            left, top = column * STEP + 12, row * STEP + 12
            kind = (row + column) % 2
            pixels[top : top + SIDE, left : left + SIDE] = (RED, BLUE)[kind]
            boxes[kind].append((left, top, left + SIDE, top + SIDE))
    pixels += random.normal(0, 6, pixels.shape)
    return np.clip(pixels, 0, 255).astype(np.uint8), *boxes


@pytest.fixture
def image(tmp_path: Path) -> tuple[Path, list[Box], list[Box]]:
    pixels, red, blue = squares()
    return write_image(tmp_path / "squares.tif", pixels), red, blue


def training(folder: Path, image: Path, outlines: dict[str, list[Box]], area: Box, **more: Path) -> TrainingRaster:
    """A training raster with one training area; only outlines in it are drawn."""
    inside = {
        name: [b for b in boxes if b[0] >= area[0] and b[2] <= area[2] and b[1] >= area[1] and b[3] <= area[3]]
        for name, boxes in outlines.items()
    }
    return TrainingRaster(
        image,
        annotation(folder / "training.json", [ring_of(area)]),
        {name: annotation(folder / f"{name}.json", [ring_of(b) for b in boxes]) for name, boxes in inside.items()},
        **more,
    )


def run(
    folder: Path, raster: TrainingRaster, settings: dict[str, object], areas: Path | None = None
) -> list[ClassResult]:
    folder.mkdir(exist_ok=True)
    detector.train([raster], settings, folder / "model")
    return detector.detect(
        folder / "model", raster.raster_path, areas, list(raster.outlines), settings, folder / "out"
    )


def boxes_in(result: ClassResult) -> list[Box]:
    return [box_of(ring) for ring in found_rings(result.featurecollection_path)]


@pytest.mark.parametrize("settings", [COUNT, SEGMENTATION])
@pytest.mark.parametrize("wanted", ["red", "blue"])
def test_whichever_colour_was_outlined_is_found_and_not_the_other(
    tmp_path: Path, image: tuple[Path, list[Box], list[Box]], wanted: str, settings: dict[str, object]
) -> None:
    path, red, blue = image
    truth, other = (red, blue) if wanted == "red" else (blue, red)
    results = run(tmp_path, training(tmp_path, path, {"c": truth}, (0, 0, 240, 288)), settings)
    found = boxes_in(results[0])
    assert len(found) == results[0].count == len(truth) == 30
    assert hits(found, truth, 0.85) == len(truth)
    assert hits(found, other, 0.01) == 0
    areas = [shapely.Polygon(ring).area for ring in found_rings(results[0].featurecollection_path)]
    assert np.mean(areas) == pytest.approx(SIDE * SIDE, rel=0.05)


def test_two_classes_and_the_merged_result(tmp_path: Path, image: tuple[Path, list[Box], list[Box]]) -> None:
    path, red, blue = image
    raster = training(tmp_path, path, {"red": red, "blue": blue}, (0, 0, 240, 288))
    detector.train([raster], COUNT, tmp_path / "model")
    results = detector.detect(tmp_path / "model", path, None, ["blue", "never", "red"], COUNT, tmp_path / "out")
    assert [(one.class_id, one.count) for one in results] == [("blue", 30), ("never", 0), ("red", 30), (None, 60)]
    assert hits(boxes_in(results[0]), blue, 0.85) == hits(boxes_in(results[2]), red, 0.85) == 30
    assert json.loads(results[1].multipolygon_path.read_text()) == {"type": "MultiPolygon", "coordinates": []}
    for one in results:
        bare = json.loads(one.multipolygon_path.read_text())
        collection = json.loads(one.featurecollection_path.read_text())
        assert bare["coordinates"] == [feature["geometry"]["coordinates"] for feature in collection["features"]]
        assert len(bare["coordinates"]) == one.count


def test_touching_discs_are_counted_singly_and_segmented_together(tmp_path: Path) -> None:
    path = tmp_path / "discs.tif"
    places = touching_discs(path)
    raster = TrainingRaster(
        path,
        annotation(tmp_path / "area.json", [ring_of((0, 0, 300, 300))]),
        {"tree": annotation(tmp_path / "discs.json", [disc(*one) for one in places if one[0] + one[2] < 300])},
    )
    counted = run(tmp_path / "count", raster, COUNT)[0]
    truth = [(c - r, w - r, c + r, w + r) for c, w, r in places]
    assert hits(boxes_in(counted), truth, 0.6) >= 43
    assert 43 <= counted.count <= 47
    segmented = run(tmp_path / "segmentation", raster, SEGMENTATION)[0]
    assert segmented.count <= 9, "a row of discs is one region, or a few"
    whole = shapely.union_all([shapely.Point(c, w).buffer(r) for c, w, r in places])
    found = shapely.union_all([shapely.Polygon(ring) for ring in found_rings(segmented.featurecollection_path)])
    assert shapely.intersection(whole, found).area / shapely.union(whole, found).area > 0.8


def test_boxes_are_oriented_rectangles(tmp_path: Path) -> None:
    pixels = np.empty((300, 300, 3))
    pixels[:] = GROUND
    y, x = np.mgrid[0:300, 0:300] + 0.5
    rings = []
    for column, row in ((75, 75), (225, 75), (75, 225), (225, 225)):
        along, across = ((x - column) + (y - row)) / 2**0.5, ((x - column) - (y - row)) / 2**0.5
        pixels[(np.abs(along) < 40) & (np.abs(across) < 15)] = RED
        corners = ((40, 15), (40, -15), (-40, -15), (-40, 15), (40, 15))
        rings.append([(column + (a + b) / 2**0.5, row + (a - b) / 2**0.5) for a, b in corners])
    path = write_image(tmp_path / "bars.tif", pixels.astype(np.uint8))
    raster = TrainingRaster(
        path,
        annotation(tmp_path / "a.json", [ring_of((0, 0, 300, 150))]),
        {"bar": annotation(tmp_path / "o.json", rings[:2])},
    )
    results = run(tmp_path, raster, SEGMENTATION | {"output_type": "bbox"})
    found = found_rings(results[0].featurecollection_path)
    assert len(found) == 4
    for ring in found:
        assert len(ring) == 5
        sides = np.hypot(*np.diff(ring, axis=0).T)
        assert sorted(sides)[::2] == pytest.approx([30, 80], abs=3)
        corner = np.dot(ring[1] - ring[0], ring[2] - ring[1]) / (sides[0] * sides[1])
        assert corner == pytest.approx(0, abs=0.02)


def test_detection_areas_are_kept_to(tmp_path: Path, image: tuple[Path, list[Box], list[Box]]) -> None:
    path, red, _ = image
    areas = annotation(tmp_path / "areas.json", [ring_of((240, 0, 480, 144)), ring_of((0, 192, 96, 288))])
    results = run(tmp_path, training(tmp_path, path, {"c": red}, (0, 0, 240, 288)), COUNT, areas)
    inside = [b for b in red if (b[0] >= 240 and b[3] <= 144) or (b[2] <= 96 and b[1] >= 192)]
    assert results[0].count == hits(boxes_in(results[0]), inside, 0.85) == len(inside)


def test_the_same_input_gives_the_same_files(tmp_path: Path, image: tuple[Path, list[Box], list[Box]]) -> None:
    path, red, _ = image
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        raster = training(tmp_path / name, path, {"c": red}, (0, 0, 240, 288))
        contents.append(run(tmp_path / name, raster, COUNT)[0].featurecollection_path.read_bytes())
    assert contents[0] == contents[1]


def test_objects_across_blocks_are_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sandbox.picterra.work import detection

    pixels, red, _ = squares()
    path = write_image(tmp_path / "squares.tif", pixels)
    detector.train([training(tmp_path, path, {"c": red}, (0, 0, 240, 288))], COUNT, tmp_path / "model")
    monkeypatch.setattr(detection, "BLOCK", 100)
    result = detector.detect(tmp_path / "model", path, None, ["c"], COUNT, tmp_path / "out")[0]
    assert result.count == hits(boxes_in(result), red, 0.85) == len(red)


def test_score_and_counts(tmp_path: Path, image: tuple[Path, list[Box], list[Box]]) -> None:
    path, red, _ = image
    validation = annotation(tmp_path / "validation.json", [ring_of((336, 0, 480, 144))])
    testing = annotation(tmp_path / "testing.json", [ring_of((240, 144, 336, 288))])
    outlines = annotation(tmp_path / "all.json", [ring_of(box) for box in red])
    area = annotation(tmp_path / "area.json", [ring_of((0, 0, 144, 288)), ring_of((144, 0, 240, 288))])
    raster = TrainingRaster(path, area, {"c": outlines}, testing, validation)
    result = detector.train([raster], COUNT, tmp_path / "model")
    assert result.score == pytest.approx(100, abs=10)
    assert result.stats == {
        "rasters_count": 1,
        "training_areas_count": 2,
        "assessment_areas_count": 1,
        "validation_areas_count": 1,
        "total_annotations_count": 30,
        "training_annotations_count": 15,
        "validation_annotations_count": 4,
    }
    silent = detector.train([TrainingRaster(path, area, {"c": outlines})], COUNT, tmp_path / "model")
    assert silent.score is None


def test_wrong_outlines_in_validation_areas_lower_the_score(
    tmp_path: Path, image: tuple[Path, list[Box], list[Box]]
) -> None:
    path, red, blue = image
    drawn = [b for b in red if b[2] <= 240] + [b for b in blue if b[0] >= 336]
    raster = TrainingRaster(
        path,
        annotation(tmp_path / "area.json", [ring_of((0, 0, 240, 288))]),
        {"c": annotation(tmp_path / "c.json", [ring_of(b) for b in drawn])},
        validation_areas=annotation(tmp_path / "validation.json", [ring_of((336, 0, 480, 288))]),
    )
    assert detector.train([raster], COUNT, tmp_path / "model").score == 0


def test_without_background_only_what_looks_alike_is_found(tmp_path: Path) -> None:
    pixels = np.empty((200, 400, 3), dtype=np.uint8)
    pixels[:, :200], pixels[:, 200:] = RED, BLUE
    path = write_image(tmp_path / "halves.tif", pixels)
    half = ring_of((0, 0, 200, 200))
    drawn = annotation(tmp_path / "half.json", [half])
    raster = TrainingRaster(path, drawn, {"c": drawn})
    results = run(tmp_path, raster, SEGMENTATION)
    found = [shapely.Polygon(ring) for ring in found_rings(results[0].featurecollection_path)]
    union = shapely.union_all(found)
    assert union.intersection(shapely.box(0, 0, 200, 200)).area > 0.9 * 200 * 200
    assert union.intersection(shapely.box(210, 0, 400, 200)).area < 0.02 * 200 * 200


@pytest.mark.parametrize("outline", [[], [ring_of((300, 100, 324, 124))]])
def test_nothing_to_learn_from_is_said(
    tmp_path: Path, image: tuple[Path, list[Box], list[Box]], outline: list[list[tuple[float, float]]]
) -> None:
    raster = TrainingRaster(
        image[0],
        annotation(tmp_path / "a.json", [ring_of((0, 0, 100, 100))]),
        {"c": annotation(tmp_path / "o.json", outline)},
    )
    with pytest.raises(ValueError, match="learn"):
        detector.train([raster], COUNT, tmp_path / "model")


def test_sixteen_bit_images(tmp_path: Path) -> None:
    pixels, red, _ = squares()
    path = write_image(tmp_path / "deep.tif", pixels.astype(np.uint16) * 37 + 500)
    results = run(tmp_path, training(tmp_path, path, {"c": red}, (0, 0, 240, 288)), COUNT)
    assert results[0].count == hits(boxes_in(results[0]), red, 0.85) == len(red)


def test_bands_keep_their_ranges_where_alpha_comes_first(tmp_path: Path) -> None:
    from osgeo import gdal

    from sandbox.picterra.work import features

    dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "a.tif"), 8, 8, 3, gdal.GDT_UInt16)
    dataset.GetRasterBand(1).SetColorInterpretation(gdal.GCI_AlphaBand)
    dataset.GetRasterBand(1).Fill(65535)
    dataset.GetRasterBand(2).WriteArray(np.arange(64, dtype=np.uint16).reshape(8, 8))
    dataset.GetRasterBand(3).WriteArray(10000 + 100 * np.arange(64, dtype=np.uint16).reshape(8, 8))
    picture, valid = features.read(dataset, (0, 0, 8, 8), features.View(1, 4.0, 2), features.stretch(dataset))
    assert valid.all()
    for band in picture:
        assert band.min() == 0 and band.max() == 1 and 0.4 < band.mean() < 0.6
