"""The sandbox's validation of Pixel's uploads, asked about files on this computer without any upload.

In a process of its own, since it switches the exceptions of GDAL's Python module on for its whole program.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from sandbox_process import ROOT, interpreter


class Witness:
    """The process, as tests use it."""

    def __enter__(self) -> Witness:
        self._process = subprocess.Popen([interpreter(), __file__], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()

    def raster(self, path: Path, beside: Sequence[Path], rules: dict[str, Any], area: dict[str, Any]) -> str:
        """Empty when it takes the raster, else what it says."""
        return self._ask("raster", path, beside, rules=rules, area=area)

    def image(self, path: Path, area: dict[str, Any], location: Sequence[float] | None = None) -> str:
        """The same of an image."""
        return self._ask("image", path, [], area=area, location=location)

    def _ask(self, kind: str, path: Path, beside: Sequence[Path], **members: Any) -> str:
        asked = {"kind": kind, "path": str(path), "beside": [str(one) for one in beside], **members}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        said: str = json.loads(self._process.stdout.readline())
        return said


def main() -> None:
    sys.path.insert(0, str(ROOT))
    from sandbox.pixel.work import records, validate

    for line in sys.stdin:
        asked = json.loads(line)
        location = asked.get("location")
        with tempfile.TemporaryDirectory() as folder:
            sent = []
            for number, name in enumerate([asked["path"], *asked["beside"]]):  # it moves them
                place = Path(folder, str(number))
                shutil.copy(name, place)
                sent.append(records.Sent(Path(name).name, place))
            task = records.Task(asked["kind"], Path(folder, "out"), sent[0], records.Area(asked["area"]["coordinates"]),
                                tuple(sent[1:]), asked.get("rules") or {}, tuple(location) if location else None)
            try:
                validate.validate(task)
                said = ""
            except records.Rejected as rejected:
                said = str(rejected)
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
