"""What does not fit a schema, told in the way of FastAPI: 422 with place, kind and words of each mistake."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jsonschema

from .errors import Refusal

_KINDS = {"enum": "literal_error", "minimum": "greater_than_equal", "maximum": "less_than_equal",
          "minItems": "too_short", "maxItems": "too_long", "minLength": "string_too_short", "format": "value_error",
          "pattern": "string_pattern_mismatch", "minProperties": "value_error", "maxProperties": "value_error"}


def refuse(errors: Iterable[jsonschema.ValidationError], where: str) -> None:
    """Raise a 422 when there are mistakes; ``where`` is body or query."""
    found: list[dict[str, Any]] = []
    for error in errors:
        found.extend(one for one in mistakes(error, (where,)) if one not in found)
    if found:
        raise Refusal(422, {"detail": found})


def mistake(place: Iterable[str | int], words: str, kind: str = "value_error", given: Any = None) -> dict[str, Any]:
    """One mistake, for handlers that find one by themselves."""
    return {"type": kind, "loc": list(place), "msg": words, "input": given}


def unprocessable(words: str, *place: str | int, given: Any = None, where: str = "body") -> Refusal:
    """A 422 with one mistake in the body, for example ``unprocessable("...", "raster_info", "format")``."""
    return Refusal(422, {"detail": [mistake((where, *place), words, given=given)]})


def missing(place: Iterable[str | int], given: Any) -> dict[str, Any]:
    """A member that was left out."""
    return mistake(place, "Field required", "missing", given)


def mistakes(error: jsonschema.ValidationError, place: tuple[str | int, ...]) -> Iterator[dict[str, Any]]:
    """The mistakes in one error of the validator; of alternatives those of the one that fits best."""
    if error.validator in ("oneOf", "anyOf") and error.context:
        best = jsonschema.exceptions.best_match(iter(error.context))
        if best is not None:
            yield from mistakes(best, place)
            return
    here = (*place, *error.absolute_path)
    if error.validator == "required":
        for name in error.validator_value:
            if name not in error.instance:
                yield missing((*here, name), error.instance)
        return
    usual = _KINDS.get(str(error.validator), "value_error")
    kind = f"{error.validator_value}_type" if error.validator == "type" else usual
    yield mistake(here, _words(error), kind, error.instance)


def _words(error: jsonschema.ValidationError) -> str:
    if error.validator == "enum":
        return "Input should be one of: " + ", ".join(str(one) for one in error.validator_value)
    if error.validator == "type":
        return f"Input should be a valid {error.validator_value}"
    return str(error.message)[:200]
