"""Parameters of Pixel that have a form in the dialog: rules for rasters, filters of the search, mappings of fields.

Each is a plain string that holds JSON: models, batch and scripts give the text, ``providers.pixel`` reads it, and the
dialog's form writes it. To attach one, declare the parameter, let the validator yield what is wrong, and take the
value::

    self.addParameter(rules_parameter("RULES", "TYPE"))               # TYPE: a choice of raster_rules.COLLECTION_TYPES
    yield from rules_problems(self.text(parameters, "RULES", context), collection_type)
    raster_info = raster_rules.checked(collection_type, raster_rules.parse(text))

    self.addParameter(filter_parameter("FILTER", "ON"))               # ON: images, rasters ...
    yield from filter_problems(self.text(parameters, "FILTER", context))
    body["filter"] = search_filter.parse(text)          # None for an empty one

    self.addParameter(mapping_parameter("FIELD_MAPPING"))             # changes=True: operations on what is there
    yield from mapping_problems(text, changes=False)
"""

from __future__ import annotations

from collections.abc import Iterator

from qgis.core import QgsProcessingParameterDefinition, QgsProcessingParameterString

from ...core import messages
from ...core.translation import tr
from ...providers.errors import InputProblem
from ...providers.pixel import field_mapping, raster_rules, search_filter

#: Named, not imported: without a window nothing of it is loaded.
WIDGETS = f"{__name__.split('.algorithms.')[0]}.ui.pixel.forms.wrapper"
FIELDS = f"{__name__.rpartition('.')[0]}.pixel_fields"


def rules_parameter(
    name: str = "RULES", type_parameter: str = "TYPE", title: str = ""
) -> QgsProcessingParameterDefinition:
    """The rules that each raster of a new collection has to meet. Its form allows what the type in ``type_parameter``
    allows, and shows nothing to fill in where a type takes no rules."""
    words = tr(
        "What each raster has to be like. RGB, DTM and DSM need format, data type and number of bands; what a type"
        " leaves no choice in need not be given. As text, a JSON object with format, data_type, num_bands, srid and"
        " cell_size."
    )
    return _form(name, title or tr("Rules for rasters"), words, "RulesWidget", {"type": type_parameter})


def rules_problems(text: str, collection_type: str) -> Iterator[str]:
    """What is wrong with rules for a collection of this type, as sentences."""
    try:
        rules = raster_rules.parse(text)
    except InputProblem as error:
        yield messages.sentence(error)
        return
    for problem in raster_rules.findings(collection_type, rules):
        yield messages.sentence(problem)


def filter_parameter(
    name: str = "FILTER", on_parameter: str = "ON", title: str = "", on: str = ""
) -> QgsProcessingParameterDefinition:
    """A filter of the search. Its form offers the fields that ``searchInfo`` tells for what is searched: the value of
    ``on_parameter``, or always ``on`` where an algorithm searches one kind only."""
    words = tr(
        "What has to be true of an entry. As text, JSON in the platform's language:"
        " {\"and\": [{\"==\": [{\"var\": \"project_name\"}, \"Bridges\"]}, {\"~\": [{\"var\": \"name\"},"
        " \"%pier%\"]}]}. Operators: {operators}."
    ).replace("{operators}", " ".join(search_filter.OPERATORS))
    settings = {"on": on_parameter, "always": on, "lister": f"{FIELDS}:searchable"}
    return _form(name, title or tr("Filter"), words, "FilterWidget", settings)


def filter_problems(text: str) -> Iterator[str]:
    """What is wrong with a filter, as sentences; its fields are compared when the platform is there
    (``search_filter.check_fields``)."""
    try:
        search_filter.parse(text)
    except InputProblem as error:
        yield messages.sentence(error)


def mapping_parameter(
    name: str = "FIELD_MAPPING",
    title: str = "",
    changes: bool = False,
    source: tuple[str, ...] = ("SOURCE", "AUTH", "LOGIN_SERVICE"),
    service: tuple[str, ...] = ("COLLECTION", "SERVICE"),
) -> QgsProcessingParameterDefinition:
    """Which fields of a harvest service's source become what. Its form reads the fields at the address in ``source``
    (address, authentication, address of tokens); with ``changes`` it can also show the mapping of the ``service``."""
    if changes:
        words = tr(
            "What changes in the mapping of fields. As text, JSON with maps, add_extra_fields and remove_extra_fields;"
            " each map has operation (add, update, remove), model, field_name and, unless it is removed,"
            " external_field."
        )
    else:
        words = tr(
            "Which field of the source becomes which member of the image; “geometry” is its geometry. As text, JSON"
            " with maps, of which each has model, field_name and external_field, and extra_fields, which are copied"
            " into the metadata."
        )
    settings = {"changes": changes, "source": list(source), "service": list(service),
                "lister": f"{FIELDS}:of_source", "present": f"{FIELDS}:present_mapping"}
    return _form(name, title or tr("Mapping of fields"), words, "MappingWidget", settings)


def mapping_problems(text: str, changes: bool = False) -> Iterator[str]:
    """What is wrong with a mapping, or with changes of one, as sentences."""
    try:
        (field_mapping.parse_changes if changes else field_mapping.parse)(text)
    except InputProblem as error:
        yield messages.sentence(error)


def _form(name: str, title: str, words: str, widget: str, settings: dict[str, object]) -> QgsProcessingParameterString:
    parameter = QgsProcessingParameterString(name, title, multiLine=True, optional=True)
    parameter.setHelp(words)
    parameter.setMetadata({"widget_wrapper": {"class": f"{WIDGETS}.{widget}", **settings}})
    return parameter
