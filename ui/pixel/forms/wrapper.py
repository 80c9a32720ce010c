"""What Processing makes for the parameters of ``algorithms.parameters.pixel_forms``."""

from __future__ import annotations

from typing import Any

from ...forms.field import Form
from ...forms.widget import FormWidget, Values


class RulesWidget(FormWidget):
    """Rules for rasters."""

    @staticmethod
    def form(settings: dict[str, Any], values: Values) -> Form:
        from .rules import RulesForm

        return RulesForm(lambda: values(settings["type"]))

    @staticmethod
    def heeded(settings: dict[str, Any]) -> tuple[str, ...]:
        return (settings["type"],)


class FilterWidget(FormWidget):
    """A filter of the search."""

    @staticmethod
    def form(settings: dict[str, Any], values: Values) -> Form:
        from .filter import FilterForm
        from .lookup import Lookup

        def searched() -> dict[str, str]:
            return {"ON": settings["always"] or values(settings["on"])}

        return FilterForm(Lookup(settings["lister"], values, searched))

    @staticmethod
    def heeded(settings: dict[str, Any]) -> tuple[str, ...]:
        return (settings["on"], "CONNECTION")


class MappingWidget(FormWidget):
    """A mapping of fields, or changes of one."""

    @staticmethod
    def form(settings: dict[str, Any], values: Values) -> Form:
        from .lookup import Lookup
        from .mapping import MappingForm

        names = [*settings["source"], *settings["service"]]
        keys = ["SOURCE", "AUTH", "TOKENS", "COLLECTION", "SERVICE"]

        def asked() -> dict[str, str]:
            return {key: values(name) for key, name in zip(keys, names)}

        fields = Lookup(settings["lister"], values, asked)
        present = Lookup(settings["present"], values, asked) if settings["changes"] else None
        return MappingForm(fields, present)

    @staticmethod
    def heeded(settings: dict[str, Any]) -> tuple[str, ...]:
        return (*settings["source"], *settings["service"], "CONNECTION")
