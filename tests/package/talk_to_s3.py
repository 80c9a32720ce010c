"""Run by test_package_libraries.py with the system's Python: the carried boto3 against a storage on this machine."""

import json
import sys
import time


class NoInstalledCopy:
    """A finder that refuses the libraries which the package carries, wherever they may be installed."""

    asked: list = []

    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("boto3", "botocore", "s3transfer", "jmespath"):
            self.asked.append(name)
            raise ImportError(f"{name} was asked for outside the package")


sys.meta_path.insert(0, NoInstalledCopy())
plugins, endpoint, key, secret = sys.argv[1:]
sys.path.insert(0, plugins)

begun = time.perf_counter()
from imagery_hub._vendor import boto3  # noqa: E402

imported = time.perf_counter()
options = {"aws_access_key_id": key, "aws_secret_access_key": secret, "region_name": "us-east-1"}
client = boto3.client("s3", endpoint_url=endpoint, **options)
made = time.perf_counter()
client.create_bucket(Bucket="carried")
client.put_object(Bucket="carried", Key="one.bin", Body=b"one")
upload = client.create_multipart_upload(Bucket="carried", Key="two.bin")["UploadId"]
parts = [b"a" * (5 << 20), b"b"]
etags = [
    client.upload_part(Bucket="carried", Key="two.bin", UploadId=upload, PartNumber=number, Body=part)["ETag"]
    for number, part in enumerate(parts, 1)
]
client.complete_multipart_upload(
    Bucket="carried", Key="two.bin", UploadId=upload,
    MultipartUpload={"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(etags, 1)]},
)
keys = sorted(item["Key"] for page in client.get_paginator("list_objects_v2").paginate(Bucket="carried")
              for item in page["Contents"])
boto3.client("sts", **options)

from imagery_hub.providers.transfer import boto  # noqa: E402

print(json.dumps({
    "one": client.get_object(Bucket="carried", Key="one.bin")["Body"].read().decode(),
    "two": client.head_object(Bucket="carried", Key="two.bin")["ContentLength"],
    "keys": keys,
    "services": sorted(boto3.session.Session().get_available_services()),
    "used_by_the_plugin": boto.library("botocore.session").__name__,
    "asked_outside": NoInstalledCopy.asked,
    "from_the_environment": [name for name, module in sys.modules.items() if ".venv" in str(module)],
    "import_seconds": round(imported - begun, 3),
    "client_seconds": round(made - imported, 3),
}))
