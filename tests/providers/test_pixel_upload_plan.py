"""Which files of an upload to Geodata Pixel go together into one call."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as some
from imagery_hub.providers.pixel.flows import upload_plan
from imagery_hub.providers.pixel.flows.upload_plan import MEBIBYTE, Parts, UploadFile, blocks


def sized(names: list[str], size: int = 10) -> list[tuple[UploadFile, int]]:
    return [(UploadFile(Path(name), "image"), size) for name in names]


def names_in(found: list[upload_plan.Block]) -> list[list[str]]:
    return [[file.path.name for file in block.files] for block in found]


def test_blocks_hold_at_most_200_files_in_their_order() -> None:
    names = [f"{number}.jpg" for number in range(450)]
    found = blocks(sized(names), Parts())
    assert [len(block.files) for block in found] == [200, 200, 50]
    assert [name for block in names_in(found) for name in block] == names


def test_a_name_occurs_once_in_a_block() -> None:
    found = blocks(sized([f"{card}/{name}" for card in "abc" for name in ("DJI_1.JPG", "dji_1.jpg", "x.jpg")]), Parts())
    assert sum(len(block.files) for block in found) == 9
    for block in names_in(found):
        assert len({name.casefold() for name in block}) == len(block)


def test_blocks_are_sent_within_the_life_of_their_addresses() -> None:
    found = blocks(sized([f"{number}.tif" for number in range(5)], 900 * MEBIBYTE), Parts(above=1000 * MEBIBYTE))
    assert [len(block.files) for block in found] == [2, 2, 1]
    assert [len(one.files) for one in blocks(sized(["large.tif"], 9000 * MEBIBYTE), Parts())] == [1]


def test_large_and_small_files_are_never_in_one_call() -> None:
    files = [*sized(["a.tif", "b.tif"]), *sized(["c.tif"], 65 * MEBIBYTE), *sized(["d.tif"])]
    found = blocks(files, Parts())
    assert [(block.multipart, names) for block, names in zip(found, names_in(found))] == [
        (False, ["a.tif", "b.tif", "d.tif"]), (True, ["c.tif"])]


def test_parts_are_as_many_as_storage_takes() -> None:
    assert Parts().of(100 * MEBIBYTE) == 32 * MEBIBYTE
    assert Parts(size=1).of(100 * MEBIBYTE) == 5 * MEBIBYTE
    huge = 2_000_000 * MEBIBYTE
    assert -(-huge // Parts().of(huge)) <= 10_000


@given(some.lists(some.tuples(some.sampled_from(["a", "A", "b", "c.tif", "d.jpg"]), some.integers(0, 3000 * MEBIBYTE)),
                  max_size=60))
def test_every_file_is_in_one_block_that_may_be_sent(files: list[tuple[str, int]]) -> None:
    parts = Parts()
    wanted = [(UploadFile(Path(f"{number}/{name}"), "image"), size) for number, (name, size) in enumerate(files)]
    found = blocks(wanted, parts)
    assert sorted(str(file.path) for block in found for file in block.files) == sorted(
        str(file.path) for file, _ in wanted)
    sizes = dict(wanted_sizes(wanted))
    for block in found:
        names = [file.path.name.casefold() for file in block.files]
        assert len(set(names)) == len(names) <= 200
        held = [sizes[file.path] for file in block.files]
        assert len(held) == 1 or sum(held) <= upload_plan.BLOCK_BYTES
        assert {size > parts.above for size in held} == {block.multipart}


def wanted_sizes(files: list[tuple[UploadFile, int]]) -> list[tuple[Path, int]]:
    return [(file.path, size) for file, size in files]


def test_what_is_said_of_a_file_is_sent_as_the_platform_takes_it() -> None:
    assert UploadFile(Path("a.tif"), "raster").metadata == {}
    file = UploadFile(Path("a.jpg"), "image", fields={"name": "Pier"}, further={"x": 1})
    assert file.metadata == {"fields": {"fields_type": "image", "name": "Pier"}, "json_metadata": {"x": 1}}
