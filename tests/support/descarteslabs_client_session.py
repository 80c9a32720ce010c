"""Runs the vendor's own client for the Descartes Labs catalog, unchanged, for a test: lines of JSON in and out.

Started by descarteslabs_client_process.py in a process of its own, with the client's folder on its path. Arrays go in
and out as ``{"$array": "<file>.npy"}``. Whatever the client prints goes to standard error.
"""

from __future__ import annotations

import inspect
import json
import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy


class Session:
    """One client per service."""

    def __init__(self) -> None:
        from descarteslabs.client.services.catalog import Catalog
        from descarteslabs.client.services.metadata import Metadata
        from descarteslabs.client.services.raster import Raster
        from descarteslabs.client.services.storage import Storage

        self._clients = {"catalog": Catalog(), "metadata": Metadata(), "raster": Raster(), "storage": Storage()}
        self._folder = Path(tempfile.mkdtemp(prefix="descarteslabs-client-"))

    def surface(self, service: str) -> list[str]:
        """The public methods that the class itself has."""
        kind = type(self._clients[service])
        return sorted(name for name, member in vars(kind).items()
                      if not name.startswith("_") and inspect.isfunction(member))

    def call(self, service: str, method: str, positional: list[Any], named: dict[str, Any]) -> Any:
        """Call a method; what it hands out one by one is gathered."""
        found = getattr(self._clients[service], method)(
            *[self._value(one) for one in positional], **{name: self._value(one) for name, one in named.items()})
        if inspect.isgenerator(found):
            found = list(found)
        return self._shown(found)

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict) and "$array" in value:
            return numpy.load(value["$array"])
        if isinstance(value, dict) and "$property" in value:
            return self._property(value)
        return [self._value(one) for one in value] if isinstance(value, list) else value

    def _property(self, value: dict[str, Any]) -> Any:
        """A comparison of an image's property, as the client's expressions are written."""
        from descarteslabs._dl_modules.common.property_filtering import GenericProperties

        found = getattr(GenericProperties(), value["$property"])
        return {"eq": found.__eq__, "lte": found.__le__, "gt": found.__gt__}[value["is"]](value["value"])

    def _shown(self, value: Any) -> Any:
        if isinstance(value, numpy.ndarray):
            place = self._folder / f"{len(list(self._folder.iterdir()))}.npy"
            numpy.save(place, numpy.ma.getdata(value))
            numpy.save(place.with_suffix(".mask.npy"), numpy.ma.getmaskarray(value))
            return {"$array": str(place)}
        if isinstance(value, dict):
            return {name: self._shown(one) for name, one in value.items()}
        if isinstance(value, bytes):
            return value.decode("utf-8")
        return [self._shown(one) for one in value] if isinstance(value, (list, tuple)) else value


def main() -> None:
    """Read commands until the input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    warnings.simplefilter("ignore")
    session = Session()
    for line in sys.stdin:
        command = json.loads(line)
        try:
            answer = {"result": getattr(session, command["do"])(*command["arguments"])}
        except Exception as error:  # noqa: BLE001 - every failure of the client is the test's to judge
            answer = {"error": type(error).__name__, "text": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
