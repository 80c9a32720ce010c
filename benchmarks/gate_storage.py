"""``rclone serve s3`` without the sandbox's gate: ``python -m benchmarks.gate_storage FOLDER``.

Prints one line of JSON with its address and key, and ends with its standard input.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from sandbox.storage.backend import Backend


async def serve(folder: Path) -> None:
    backend = Backend()
    (folder / "drop").mkdir(parents=True, exist_ok=True)
    await backend.start(folder)
    place = {"address": f"http://{backend.host}:{backend.port}", "key": backend.access_key, "secret": backend.secret}
    print(json.dumps(place), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await backend.stop()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1])))
