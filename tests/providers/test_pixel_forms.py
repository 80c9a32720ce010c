"""Rules, filters and field mappings as text: what the platform's tables allow, and nothing else."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from imagery_hub.providers.errors import InputProblem
from imagery_hub.providers.pixel import field_mapping, raster_rules, search_filter

# The table of the notes, section 7, written down anew: type, member, values that are allowed.
TABLE: dict[str, dict[str, list[Any]]] = {
    "RGB": {"format": ["GTiff", "JPEG"], "data_type": ["uint8"], "num_bands": [3, 4]},
    "DTM": {"format": ["GTiff"], "data_type": ["float32", "float64"], "num_bands": [1]},
    "DSM": {"format": ["GTiff"], "data_type": ["float32", "float64"], "num_bands": [1]},
}
TRIED: dict[str, list[Any]] = {
    "format": ["GTiff", "JPEG", "PNG", "WEBP", "MRF", "PDF", "ENVI"],
    "data_type": ["uint8", "int16", "uint16", "float32", "float64"],
    "num_bands": [1, 2, 3, 4, 5],
}


def problem(call: Any, *arguments: Any) -> dict[str, str]:
    with pytest.raises(InputProblem) as caught:
        call(*arguments)
    return caught.value.facts


@pytest.mark.parametrize("kind", TABLE)
def test_every_cell_of_the_table(kind: str) -> None:
    valid = {name: values[0] for name, values in TABLE[kind].items()}
    for member, values in TRIED.items():
        for value in values:
            rules = raster_rules.parse(json.dumps({**valid, member: value}))
            wrong = list(raster_rules.findings(kind, rules))
            assert (not wrong) == (value in TABLE[kind][member]), (kind, member, value)
            if wrong:
                assert wrong[0].facts["member"] == member
                assert wrong[0].facts["problem"] == "pixel_rules_value"


def test_required_members_are_asked_for_unless_there_is_no_choice() -> None:
    assert {one.facts["member"] for one in raster_rules.findings("RGB", {})} == {"format", "num_bands"}
    assert {one.facts["member"] for one in raster_rules.findings("DTM", {})} == {"data_type"}
    assert raster_rules.checked("DSM", {"data_type": "float64"}) == {
        "format": "GTiff", "data_type": "float64", "num_bands": 1
    }
    assert raster_rules.checked("raster", {}) is None


@pytest.mark.parametrize("count", range(3))
def test_a_raster_collection_may_have_any_of_the_rules(count: int) -> None:
    every = {"format": "PNG", "data_type": "int16", "num_bands": 7, "srid": 25833, "cell_size": [0.1, 0.2]}
    for names in itertools.combinations(every, count + 1):
        rules = {name: every[name] for name in names}
        assert raster_rules.checked("raster", raster_rules.parse(json.dumps(rules))) == rules
    assert problem(raster_rules.checked, "raster", {"format": "ENVI"})["problem"] == "pixel_rules_value"


@pytest.mark.parametrize("kind", ["image", "point_cloud"])
def test_other_types_take_no_rules(kind: str) -> None:
    assert raster_rules.checked(kind, {}) is None
    assert problem(raster_rules.checked, kind, {"srid": 25833})["problem"] == "pixel_rules_none"


def test_what_people_write_is_understood() -> None:
    assert raster_rules.parse('{"srid": "EPSG:25833", "cell_size": 0.5, "format": null}') == {
        "srid": 25833, "cell_size": [0.5, 0.5]
    }
    assert raster_rules.parse("  ") == {}
    text = raster_rules.dump({"cell_size": [0.1, 0.1], "format": "GTiff"})
    assert text == '{"format": "GTiff", "cell_size": [0.1, 0.1]}'
    assert raster_rules.dump({}) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("{", "pixel_rules_json"), ("[1]", "pixel_rules_json"), ("[" * 100_000, "pixel_rules_json"),
        ('{"bands": 3}', "pixel_rules_member"), ('{"format": 3}', "pixel_rules_word"),
        ('{"num_bands": 0}', "pixel_rules_bands"), ('{"num_bands": true}', "pixel_rules_bands"),
        ('{"num_bands": 3.5}', "pixel_rules_bands"), ('{"srid": "ESRI:1"}', "pixel_rules_srid"),
        ('{"srid": 0}', "pixel_rules_srid"), ('{"cell_size": [1]}', "pixel_rules_cell_size"),
        ('{"cell_size": [1, -1]}', "pixel_rules_cell_size"), ('{"cell_size": NaN}', "pixel_rules_cell_size"),
    ],
)
def test_rules_that_cannot_be_meant(text: str, found: str) -> None:
    assert problem(raster_rules.parse, text)["problem"] == found


NAME = {"var": "name"}


@pytest.mark.parametrize("operator", search_filter.OPERATORS)
def test_every_operator_takes_its_values(operator: str) -> None:
    fitting: dict[str, list[Any]] = {
        "in": [["a"], [1, 2.5, None]], "!in": [["a"], ["b", 3]], "~": ["%a%"], "!~": ["a_"],
        "==": ["a", 1, None, "2025-05-12T00:00:00"], "!=": [None, 0.5],
    }
    unfitting: dict[str, list[Any]] = {"in": ["a", []], "!in": [None, [[1]]], "~": [3, None], "!~": [["a"]]}
    for value in fitting.get(operator, ["a", 3, -1.5]):
        given = {operator: [NAME, value]}
        assert search_filter.parse(json.dumps(given)) == given
    for value in [*unfitting.get(operator, [["a"]]), True, {"var": "x"}]:
        text = json.dumps({operator: [NAME, value]})
        assert problem(search_filter.parse, text)["operator"] == operator
    if operator not in ("==", "!=", "in", "!in"):
        assert problem(search_filter.parse, json.dumps({operator: [NAME, None]}))["field"] == "name"


def test_groups_hold_groups() -> None:
    given = {"and": [{"or": [{"==": [NAME, "å"]}, {">": [{"var": "json_metadata.span"}, 3]}]}, {"in": [NAME, ["b"]]}]}
    text = search_filter.dump(given)
    assert search_filter.parse(text) == given
    assert "å" in text
    assert list(search_filter.fields_of(given)) == ["name", "json_metadata.span", "name"]
    assert search_filter.parse("") is None
    assert search_filter.dump(None) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name == 3", "pixel_filter_json"), ("[]", "pixel_filter_shape"), ("{}", "pixel_filter_shape"),
        ('{"==": [{"var": "a"}, 1], "!=": [{"var": "a"}, 2]}', "pixel_filter_shape"),
        ('{"not": {"==": [{"var": "a"}, 1]}}', "pixel_filter_operator"), ('{"and": []}', "pixel_filter_group"),
        ('{"and": [3]}', "pixel_filter_shape"), ('{"==": ["name", 3]}', "pixel_filter_comparison"),
        ('{"==": [{"var": ""}, 3]}', "pixel_filter_comparison"), ('{"<": [{"var": "a"}, NaN]}', "pixel_filter_value"),
        ('{"==": [{"var": "a"}]}', "pixel_filter_comparison"),
        ("{\"and\": [" * 30 + '{"==": [{"var": "a"}, 1]}' + "]}" * 30, "pixel_filter_deep"),
    ],
)
def test_filters_that_the_platform_would_refuse(text: str, found: str) -> None:
    assert problem(search_filter.parse, text)["problem"] == found


def test_fields_are_compared_with_what_can_be_filtered_by() -> None:
    given = search_filter.parse(json.dumps({"and": [{"==": [NAME, "a"]}, {"==": [{"var": "json_metadata.x"}, 1]}]}))
    assert search_filter.unknown_fields(given, ["name"]) == ["json_metadata.x"]
    assert search_filter.unknown_fields(given, ["name", "json_metadata"]) == []
    search_filter.check_fields(given, ["name", "json_metadata.x"], "images")
    facts = problem(search_filter.check_fields, given, ["tags"], "rasters")
    assert (facts["fields"], facts["on"]) == ("name, json_metadata.x", "rasters")


def one(model: str = "Image", name: str = "name", external: str | None = "title", **more: str) -> dict[str, str]:
    return {"model": model, "field_name": name, **({} if external is None else {"external_field": external}), **more}


@pytest.mark.parametrize(("model", "name"), field_mapping.TARGETS)
def test_every_member_can_be_mapped(model: str, name: str) -> None:
    given = {"maps": [one(model, name)], "extra_fields": ["road"]}
    assert field_mapping.parse(json.dumps(given)) == given
    changes = {"maps": [{"operation": "remove", "model": model, "field_name": name}]}
    assert field_mapping.parse_changes(json.dumps(changes)) == changes
    other = "ImageMetadata" if model == "Image" else "Image"
    facts = problem(field_mapping.parse, json.dumps({"maps": [one(other, name)]}))
    assert (facts["problem"], facts["model"]) == ("pixel_mapping_field", other)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("x", "pixel_mapping_json"), ([], "pixel_mapping_json"), ({"map": []}, "pixel_mapping_member"),
        ({"maps": "a"}, "pixel_mapping_list"), ({"maps": {"a": 1}}, "pixel_mapping_list"),
        ({"extra_fields": ["a", 3]}, "pixel_mapping_list"), ({"maps": [3]}, "pixel_mapping_map"),
        ({"maps": [one(more="x")]}, "pixel_mapping_map"), ({"maps": [one("Photo")]}, "pixel_mapping_model"),
        ({"maps": [one(external=None)]}, "pixel_mapping_external"), ({"maps": [one(), one()]}, "pixel_mapping_twice"),
        ({"maps": [one(operation="add")]}, "pixel_mapping_map"), ({"add_extra_fields": []}, "pixel_mapping_member"),
    ],
)
def test_mappings_that_cannot_be_meant(given: Any, found: str) -> None:
    text = given if isinstance(given, str) else json.dumps(given)
    assert problem(field_mapping.parse, text)["problem"] == found


def test_operations_say_what_they_need() -> None:
    for operation in ("add", "update"):
        assert field_mapping.parse_changes(json.dumps({"maps": [one(operation=operation)]}))["maps"]
        text = json.dumps({"maps": [one(external=None, operation=operation)]})
        assert problem(field_mapping.parse_changes, text)["problem"] == "pixel_mapping_external"
    assert problem(field_mapping.parse_changes, json.dumps({"maps": [one()]}))["problem"] == "pixel_mapping_operation"
    both = json.dumps({"add_extra_fields": ["a"], "remove_extra_fields": ["a"]})
    assert problem(field_mapping.parse_changes, both) == {"problem": "pixel_mapping_both", "field": "a"}
    removing = json.dumps({"maps": [one(external="title", operation="remove")]})
    assert "external_field" not in field_mapping.parse_changes(removing)["maps"][0]


def test_the_source_has_to_have_what_is_read() -> None:
    mapping = {"maps": [one(), one(name="location", external="geometry")], "extra_fields": ["road"]}
    field_mapping.check_fields(mapping, ["title", "road"], True)
    assert problem(field_mapping.check_fields, mapping, ["Title"], True)["fields"] == "title, road"
    facts = problem(field_mapping.check_fields, mapping, ["title", "road"], False)
    assert facts["problem"] == "pixel_mapping_no_geometry"
    removal = {"maps": [{"operation": "remove", "model": "Image", "field_name": "name"}], "remove_extra_fields": ["x"]}
    field_mapping.check_fields(removal, [], False)


def test_operations_have_to_fit_what_is_there() -> None:
    present = {"maps": [one()], "extra_fields": ["road"]}
    field_mapping.check_changes({"maps": [one(operation="update")], "remove_extra_fields": ["road"]}, present)
    again = problem(field_mapping.check_changes, {"maps": [one(operation="add")]}, present)
    assert again["problem"] == "pixel_mapping_there"
    missing = problem(field_mapping.check_changes, {"maps": [one(name="location", operation="remove")]}, present)
    assert missing["problem"] == "pixel_mapping_not_there"
    facts = problem(field_mapping.check_changes, {"remove_extra_fields": ["wind"]}, present)
    assert facts == {"problem": "pixel_mapping_no_extra", "fields": "wind"}
