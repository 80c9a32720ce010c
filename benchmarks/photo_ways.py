"""Ways to send files to S3: ``python -m benchmarks.photo_ways WAY PATH``, a folder of photos or one large file.

The place is in ``BENCHMARK_S3``: JSON with ``address``, ``key``, ``secret`` and ``prefix``, below which the files go in
the bucket ``drop``. What a way is made of is imported before the clock starts.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .job_journals import job_journals
from .measure import ROOT, report, timed

PLACE = json.loads(os.environ["BENCHMARK_S3"])
BUCKET, PREFIX, REGION = "drop", PLACE["prefix"], "us-east-1"
THREADS = 10

Job = Callable[[], object]


def files_of(path: Path) -> dict[str, Path]:
    """The files by their names."""
    return {one.name: one for one in (sorted(path.iterdir()) if path.is_dir() else [path])}


def plugin(path: Path) -> Job:
    """The plugin's transfer of many files, with a journal on disk as in QGIS."""
    from imagery_hub.providers.transfer import S3Credentials, S3Folder, TransferEngine, boto, upload_folder
    from imagery_hub.providers.work import Work

    from .transfer_ways import Direct

    boto.library("botocore.session")
    open_journal = job_journals(path.parent)

    def job() -> None:
        journal = open_journal()
        credentials = S3Credentials(PLACE["key"], PLACE["secret"])
        try:
            with TransferEngine(Direct()) as engine:
                folder = S3Folder(BUCKET, PREFIX, lambda: credentials, REGION, PLACE["address"])
                upload_folder(files_of(path), folder, Work(journal), engine)
        finally:
            journal.close()

    return job


def boto3_threads(path: Path) -> Job:
    """``upload_file`` for each file, so many at a time."""
    client = _client()

    def job() -> None:
        with ThreadPoolExecutor(THREADS) as pool:
            sent = [pool.submit(client.upload_file, str(one), BUCKET, f"{PREFIX}/{name}")
                    for name, one in files_of(path).items()]
            for one in sent:
                one.result()

    return job


def boto3_loop(path: Path) -> Job:
    """``upload_file`` for one file after the other, as in its documentation."""
    client = _client()

    def job() -> None:
        for name, one in files_of(path).items():
            client.upload_file(str(one), BUCKET, f"{PREFIX}/{name}")

    return job


def _client() -> Any:
    import boto3

    return boto3.client("s3", endpoint_url=PLACE["address"], region_name=REGION, aws_access_key_id=PLACE["key"],
                        aws_secret_access_key=PLACE["secret"])


def aws(path: Path) -> Job:
    """``aws s3 cp``, in this process, so that its start does not count either."""
    sys.path.insert(0, str(ROOT / "build" / "aws_cli"))
    os.environ |= {"AWS_ACCESS_KEY_ID": PLACE["key"], "AWS_SECRET_ACCESS_KEY": PLACE["secret"],
                   "AWS_DEFAULT_REGION": REGION, "AWS_CONFIG_FILE": os.devnull,
                   "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    from awscli.clidriver import create_clidriver

    driver = create_clidriver()

    def job() -> None:
        target = f"s3://{BUCKET}/{PREFIX}/" + ("" if path.is_dir() else path.name)
        more = ["--recursive"] if path.is_dir() else []
        command = ["s3", "cp", str(path), target, "--only-show-errors", "--endpoint-url", PLACE["address"], *more]
        if driver.main(command):
            sys.exit("aws s3 cp failed")

    return job


WAYS = {way.__name__: way for way in (plugin, boto3_threads, boto3_loop, aws)}

if __name__ == "__main__":
    report(timed(WAYS[sys.argv[1]](Path(sys.argv[2]))))
