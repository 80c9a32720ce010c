"""The sandbox's PIX4D as the vendor's demo notebooks use it: other spellings, no bodies, boto3 without a region."""

from __future__ import annotations

import boto3
import requests
from botocore.config import Config
from pix4d_flight import test_flight
from sandbox_process import SandboxProcess


def test_from_the_token_to_the_start(sandbox: SandboxProcess) -> None:
    ready = sandbox.ready["pix4d"]
    query = (f"grant_type=client_credentials&client_id={ready['client_id']}&client_secret={ready['client_secret']}"
             "&token_format=jwt")
    token = requests.post(f"{ready['root']}oauth2/token/?{query}", timeout=30).json()["access_token"]
    headers, projects = {"Authorization": f"Bearer {token}"}, ready["root"] + "project/api/v3/projects"
    number = requests.post(f"{projects}/", json={"name": "demo 7"}, headers=headers, timeout=30).json()["id"]
    project = f"{projects}/{number}"
    given = requests.get(f"{project}/s3_credentials/", headers=headers, params={}, timeout=30).json()
    store = boto3.client("s3", endpoint_url=ready["storage"], region_name="us-east-1",
                         aws_access_key_id=given["access_key"], aws_secret_access_key=given["secret_key"],
                         aws_session_token=given["session_token"])
    keys = []
    for path in test_flight().photos[:6]:
        keys.append(f"{given['key']}/{path.name}")
        store.put_object(Bucket=given["bucket"], Key=keys[-1], Body=path.read_bytes(),
                         ACL="bucket-owner-full-control")
    store.close()
    found = requests.post(f"{project}/inputs/bulk_register/", headers=headers, json={"input_file_keys": keys},
                          timeout=30).json()
    assert (found["nb_images_registered"], len(found["images"])) == (6, 6)
    link = requests.get(found["images"][0]["temp_url"], timeout=30)
    assert link.content == test_flight().photos[0].read_bytes()
    sandbox.control("POST", f"pix4d/projects/{number}", {"failure": 10201})
    started = requests.post(f"{project}/start_processing/", headers=headers, timeout=30)
    assert started.status_code == 200 and started.json()["estimated_time"] > 0
    state = requests.get(f"{project}/", headers=headers, timeout=30).json()
    assert (state["public_status"], state["error_code"]) == ("ERROR", 10201)
    assert requests.get(f"{project}/outputs/", headers=headers, timeout=30).json() == {"outputs": []}
    volume = requests.post(
        f"{ready['root']}v1/projects/{number}/volumes", headers=headers, timeout=30,
        json={"base_surface": "custom", "custom_elevation": 523.0,
              "coordinates": [[0.0, 0.0, 1.0], [9.0, 0.0, 1.0], [9.0, 9.0, 1.0]]})
    assert (volume.status_code, volume.json()) == (400, {"title": "No COG DSM found for this project"})


def test_a_signed_address_takes_no_second_authorization(sandbox: SandboxProcess) -> None:
    given = sandbox.control("POST", "storage/credentials", {"prefix": "bucket/"})
    store = boto3.client("s3", endpoint_url=given["endpoint"], region_name="us-east-1",
                         aws_access_key_id=given["AccessKeyId"], aws_secret_access_key=given["SecretAccessKey"],
                         aws_session_token=given["SessionToken"], config=Config(signature_version="s3v4"))
    store.put_object(Bucket="bucket", Key="a.txt", Body=b"content")
    address = store.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "a.txt"})
    store.close()
    assert requests.get(address, timeout=30).content == b"content"
    answer = requests.get(address, headers={"Authorization": "Bearer token"}, timeout=30)
    assert answer.status_code == 400 and b"Malformed" in answer.content
