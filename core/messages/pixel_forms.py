"""Sentences about what is given to Pixel as text with a form of its own: rules, filters, mappings of fields."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence that says what is wrong and what would be right."""
    return {**_rules(), **_filters(), **_mappings()}


def _rules() -> dict[str, str]:
    return {
        "pixel_rules_json": tr(
            "The rules are not a JSON object. Use the form, or give them as in"
            " {{\"format\": \"GTiff\", \"data_type\": \"uint8\", \"num_bands\": 3}}."
        ),
        "pixel_rules_member": tr("The rules hold “{member}”, which Pixel does not know. It knows {allowed}."),
        "pixel_rules_word": tr("The rule “{member}” is {value}, which is no text. Give one such as GTiff or uint8."),
        "pixel_rules_bands": tr("The number of bands is {value}. Give a whole number from 1 on."),
        "pixel_rules_srid": tr("The coordinate reference system is {value}. Give its EPSG code, such as 25833."),
        "pixel_rules_cell_size": tr(
            "The cell size is {value}. Give width and height as two numbers greater than 0, such as [0.1, 0.1]."
        ),
        "pixel_rules_none": tr(
            "A collection of the type “{type}” takes no rules for rasters. Leave them empty, or choose another type."
        ),
        "pixel_rules_missing": tr(
            "A collection of the type “{type}” needs the rule “{member}”. Give one of {allowed}."
        ),
        "pixel_rules_value": tr(
            "The rule “{member}” is {value}, and a collection of the type “{type}” allows only {allowed}."
        ),
    }


def _filters() -> dict[str, str]:
    return {
        "pixel_filter_json": tr(
            "The filter is not JSON. Use the form, or give it as in {{\"==\": [{{\"var\": \"name\"}}, \"pier\"]}}."
        ),
        "pixel_filter_form": tr("The form cannot show this filter, so it stays as text."),
        "pixel_filter_deep": tr("The filter has groups in more than {most} levels. Make it simpler."),
        "pixel_filter_shape": tr(
            "In the filter stands {found} where one comparison or one group is expected. Give a single operator with"
            " what it compares."
        ),
        "pixel_filter_group": tr("The group “{operator}” of the filter is empty. Put comparisons into it."),
        "pixel_filter_operator": tr("The filter holds the operator {operator}. Pixel knows {allowed}, and, or."),
        "pixel_filter_comparison": tr(
            "“{operator}” compares {found} in the filter, where a field and a value are expected. Give them as in"
            " [{{\"var\": \"name\"}}, \"pier\"]."
        ),
        "pixel_filter_list": tr(
            "“{field} {operator}” is compared with {found} in the filter. Give a list of texts or numbers that is not"
            " empty."
        ),
        "pixel_filter_pattern": tr(
            "“{field} {operator}” is compared with {found} in the filter. Give a text; % in it stands for anything."
        ),
        "pixel_filter_value": tr(
            "“{field} {operator}” is compared with {found} in the filter. Give a text or a finite number; only == and"
            " != can be compared with null."
        ),
        "pixel_filter_fields": tr(
            "The filter asks for {fields}, and {on} cannot be filtered by that. They can be by {allowed}."
        ),
    }


def _mappings() -> dict[str, str]:
    return {
        "pixel_mapping_json": tr(
            "The mapping of fields is not a JSON object. Use the form, or give it as in {{\"maps\": [{{\"model\":"
            " \"Image\", \"field_name\": \"name\", \"external_field\": \"title\"}}]}}."
        ),
        "pixel_mapping_member": tr("The mapping of fields holds “{member}”. Expected are {allowed}."),
        "pixel_mapping_list": tr("“{member}” of the mapping of fields is no list of names. Give one as in [\"road\"]."),
        "pixel_mapping_map": tr("The mapping of fields holds {found}. Each entry has {members}, all of them texts."),
        "pixel_mapping_model": tr("The mapping of fields names the model “{model}”. Pixel knows {allowed}."),
        "pixel_mapping_field": tr("“{model}” has no member “{field}”. It has {allowed}."),
        "pixel_mapping_operation": tr(
            "The mapping of fields holds the operation “{operation}”. There are {allowed}."
        ),
        "pixel_mapping_external": tr("It is not said which field of the source becomes {field}. Give its name."),
        "pixel_mapping_twice": tr("{field} stands twice in the mapping of fields. Keep one of them."),
        "pixel_mapping_both": tr("“{field}” is both added and removed. Keep one of them."),
        "pixel_mapping_fields": tr(
            "The source has no fields of these names: {fields}. It has {allowed}. Upper and lower case count."
        ),
        "pixel_mapping_no_geometry": tr(
            "The source has no geometry, so that no location can come from it. Map the location to something else, or"
            " leave it out."
        ),
        "pixel_mapping_there": tr("{field} is mapped already. Use the operation “update” instead of “{operation}”."),
        "pixel_mapping_not_there": tr(
            "{field} is not mapped by the service. Use the operation “add” instead of “{operation}”."
        ),
        "pixel_mapping_no_extra": tr("The service does not copy these fields: {fields}. Leave them out."),
    }
