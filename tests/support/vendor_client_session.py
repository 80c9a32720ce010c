"""Runs the vendor's Picterra client, unchanged, on behalf of a test: commands and results are lines of JSON.

Started by vendor_client_process.py in a process of its own, since two generations of one package cannot share one.
Whatever the client prints goes to standard error.
"""

from __future__ import annotations

import json
import sys
import warnings
from typing import Any


class Session:
    """One client and the pages that it handed out."""

    def __init__(self, generation: str) -> None:
        import picterra

        if generation.startswith("2."):
            from picterra.client import APIClient, ResultsPage

            self.client: Any = APIClient()
        else:
            from picterra import ForgeClient, ResultsPage

            self.client = ForgeClient()
        self._page_class = ResultsPage
        self._nongeo = picterra.nongeo_result_to_pixel
        self._pages: list[Any] = []

    def surface(self) -> list[str]:
        """All public methods of the client's class."""
        return sorted(name for name in dir(type(self.client))
                      if not name.startswith("_") and callable(getattr(type(self.client), name)))

    def page_surface(self) -> list[str]:
        """All public methods of a page."""
        return sorted(name for name in dir(self._page_class) if not name.startswith("_"))

    def call(self, method: str, arguments: dict[str, Any]) -> Any:
        """Call a method of the client."""
        return self._shown(getattr(self.client, method)(**arguments))

    def turn(self, page: int, method: str) -> Any:
        """``next`` or ``previous`` of a page handed out before."""
        return self._shown(getattr(self._pages[page], method)())

    def nongeo(self, filename: str) -> Any:
        """Pixel coordinates of a result of an image without georeference."""
        return self._nongeo(filename)

    def _shown(self, value: Any) -> Any:
        if isinstance(value, self._page_class):
            self._pages.append(value)
            items = list(value)
            if len(value) != len(items) or any(value[index] != one for index, one in enumerate(items)):
                raise AssertionError("The page's length, index and iteration disagree.")
            return {"page": len(self._pages) - 1, "items": items}
        return value


def main() -> None:
    """Read commands until the input ends."""
    answers = sys.stdout
    sys.stdout = sys.stderr
    warnings.simplefilter("ignore")
    session = Session(sys.argv[1])
    for line in sys.stdin:
        command = json.loads(line)
        try:
            result = getattr(session, command["do"])(*command["arguments"])
            answer = {"result": result}
        except Exception as error:  # noqa: BLE001 - every failure of the client is the test's to judge
            answer = {"error": type(error).__name__, "text": str(error)}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
