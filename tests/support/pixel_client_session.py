"""Runs Geodata Pixel's own client, unchanged, on behalf of a test: commands and results are lines of JSON.

Started by pixel_client_process.py in a process of its own, with the client's folder on its path. Both flavours of the
client live in it; the asynchronous one is run by the loop that the synchronous one uses. Its pauses between two looks
at a job, 3 s each, are shortened. Whatever the client prints goes to standard error.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

_usual_sleep = asyncio.sleep
SHORT = 0.03


async def _short_sleep(seconds: float, result: Any = None) -> Any:
    return await _usual_sleep(min(seconds, SHORT), result)


class Session:
    """One client of each flavour."""

    def __init__(self) -> None:
        import pixel_client

        self._package = pixel_client
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._clients = {"sync": pixel_client.get_client(), "async": pixel_client.get_client(async_=True)}

    def surface(self, flavour: str) -> list[str]:
        """All public methods of a flavour, but for the other constructor."""
        kind = type(self._clients[flavour])
        return sorted(name for name in dir(kind)
                      if not name.startswith("_") and callable(getattr(kind, name)) and name != "from_settings")

    def call(self, flavour: str, method: str, arguments: dict[str, Any]) -> Any:
        """Call a method; what it hands out one by one is gathered."""
        given = {name: self._value(value) for name, value in arguments.items()}
        found = getattr(self._clients[flavour], method)(**given)
        if flavour == "async":
            found = self._loop.run_until_complete(self._gathered(found))
        elif hasattr(found, "__next__"):
            found = list(found)
        return self._shown(found)

    def entered(self, flavour: str) -> str:
        """Use a client of its own as a context; its user's name."""
        settings = self._package.PixelApiSettings()
        if flavour == "sync":
            with self._package.PixelClient.from_settings(settings) as client:
                return client.me()["username"]

        async def use() -> str:
            async with self._package.PixelClientAsync.from_settings(settings) as client:
                return (await client.me())["username"]

        return self._loop.run_until_complete(use())

    async def _gathered(self, found: Any) -> Any:
        if hasattr(found, "__aiter__"):
            return [one async for one in found]
        return await found

    def _value(self, value: Any) -> Any:
        """``{"$model": name, "with": {...}}`` is a model of the client's, ``{"$path": ...}`` a path."""
        if isinstance(value, list):
            return [self._value(one) for one in value]
        if not isinstance(value, dict):
            return value
        if "$path" in value:
            return Path(value["$path"])
        members = {name: self._value(one) for name, one in value.get("with", value).items()}
        if value.get("$model") == "Polygon":
            from geojson_pydantic import Polygon

            return Polygon.model_validate(members)
        return getattr(self._model_module(), value["$model"]).model_validate(members) if "$model" in value else members

    def _model_module(self) -> Any:
        import pixel_client.models

        return pixel_client.models

    def _shown(self, value: Any) -> Any:
        if isinstance(value, self._package.exceptions.PixelUploadJobError):
            return {"job_id": value.job_id, "status": value.status, "detail": value.detail}
        if isinstance(value, dict):
            return {name: self._shown(one) for name, one in value.items()}
        return [self._shown(one) for one in value] if isinstance(value, (list, tuple)) else value


def main() -> None:
    """Read commands until the input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    asyncio.sleep = _short_sleep
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
