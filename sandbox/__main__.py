"""``python -m sandbox``: start the platforms on this machine.

Prints one line of JSON when it is ready: ``{"ready": true, "address": "http://127.0.0.1:PORT", ...}``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from .application import Application
from .blobs import BlobStore
from .clock import Clock
from .descarteslabs.platform import DescartesLabs
from .faults import Faults
from .jobs import Pool
from .log import RequestLog
from .object_storage import ObjectStorage
from .picterra.platform import Picterra
from .pix4d.platform import Pix4d
from .pixel.platform import Pixel
from .pixxel.platform import Pixxel
from .platform import Platform, Services
from .server import PortTaken, end_with_input, end_with_parent, listen, make_server
from .settings import Settings


def main() -> None:
    """Read the arguments and serve until told to stop."""
    arguments = _arguments()
    folder: Path = arguments.folder or Path(tempfile.mkdtemp(prefix="imagery-hub-sandbox-"))
    try:
        asyncio.run(_serve(arguments, folder))
    except PortTaken as error:
        sys.exit(str(error))
    finally:
        if arguments.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


async def _serve(arguments: argparse.Namespace, folder: Path) -> None:
    settings = Settings().changed({"page_size": arguments.page_size, "poll_interval": arguments.poll_interval,
                                   "job_seconds": arguments.job_seconds, "drop_assumed": arguments.drop_assumed})
    clock, pool, faults = Clock(), Pool(), Faults()
    storage = ObjectStorage(folder / "storage", clock, faults)
    services = Services(folder, settings, clock, RequestLog(), faults, BlobStore(folder / "blobs", clock), pool,
                        storage)
    services.use(settings)
    platforms: list[Platform] = [Picterra(services), Pix4d(services), Pixel(services), Pixxel(services),
                                 DescartesLabs(services)]
    front, back = listen(arguments.port), listen(arguments.storage_port)
    services.blobs.port = back.getsockname()[1]
    server = make_server(Application(services, platforms))
    address = f"http://127.0.0.1:{front.getsockname()[1]}"
    service = await storage.start(at_once=arguments.storage)
    ready: dict[str, Any] = {"ready": True, "address": address, "blobs": f"http://127.0.0.1:{services.blobs.port}",
                             "pid": os.getpid(), "folder": str(folder)}
    for platform in platforms:
        platform.reset()
        ready[platform.name] = platform.ready(address)
    if arguments.storage:
        ready["storage"] = service
    if arguments.parent:
        end_with_parent(arguments.parent, server.end)
    if arguments.stop_with_input:
        end_with_input(server.end)
    print(json.dumps(ready), flush=True)
    try:
        await server.serve(sockets=[front, back])
    finally:
        pool.stop()
        for platform in platforms:
            platform.reset()
        services.blobs.reset()
        await storage.stop()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description="Imagery platforms on this machine, for "
                                     "trying and testing the plugin without an account.")
    parser.add_argument("--port", type=int, default=8765, help="port of the platforms; 0 takes a free one")
    parser.add_argument("--storage-port", type=int, default=0, help="port of the signed addresses; 0 takes a free one")
    parser.add_argument("--storage", action="store_true", help="start the S3 storage at once, not when first asked")
    parser.add_argument("--folder", type=Path, help="where files are kept; left out, a temporary folder")
    parser.add_argument("--page-size", type=int, default=20, help="elements per page of a list")
    parser.add_argument("--poll-interval", type=float, default=1.0, help="seconds between looks at a job")
    parser.add_argument("--job-seconds", type=float, default=0.0, help="least duration of a job")
    parser.add_argument("--drop-assumed", action="store_true", help="leave what is only assumed out of answers")
    parser.add_argument("--parent", type=int, help="stop when the process with this id ends")
    parser.add_argument("--stop-with-input", action="store_true", help="stop when standard input closes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
