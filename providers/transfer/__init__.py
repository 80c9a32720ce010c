"""Files to and from the platforms' storage: one engine, small protocols to upload, one way to download.

::

    engine = TransferEngine(network, parallel=4)          # one for each platform that is open

    upload(path, SignedPut(address), work, engine)         # one stream; a later run starts again
    upload(path, SignedForm(target), work, engine)         # one form POST; a later run starts again
    upload(path, PresignedParts(target, part_size, slot), work, engine)        # resumed part by part
    upload(path, S3Multipart(bucket, key, credentials, region), work, engine)  # resumed part by part
    upload_folder(files, S3Folder(bucket, prefix, credentials, region), work, engine)  # many files as one transfer
    download(address, destination, work, engine, expected_size=None, checksum="md5:...")
    download_folder({destination: address, ...}, work, engine)  # many files as one transfer
    read_document(address, work, engine)                        # a small file, into memory
    upload(remote(name, address, work, other_engine), ...)      # from another storage, in passing; None where it cannot

    engine.pause(); engine.resume(); engine.close()

``address`` is a callable that gives a signed address. It is called once at the start and again only when storage no
longer takes the address that it gave (expired, or used up): it must then give a FRESH one or raise. Addresses are
used byte for byte, never stored, never shown.

Both functions keep notes of their own in ``work`` (steps ``transfer...``), so call them plainly, not inside
``work.once``, and give each file a part of its own: ``work.part("file-1", share=(0.0, 0.9))``. Run again with the same
journal they go on, or give at once what they gave before. They report bytes and speed through ``work.progress``
(messages ``uploading``, ``downloading``, ``verifying``, ``paused``, ``starts_again``) from the calling thread, and stop
within 0.2 seconds when ``work`` is cancelled. What was begun stays resumable then; :func:`abandon` removes it from
storage when the user does not want it any more.

Failures are :class:`TransferFailed` (``STORAGE_REFUSED``, ``ADDRESS_EXPIRED``, ``NOT_FOUND``, ``DAMAGED``, ``DISK``,
``SERVER_FAULT``), :class:`ConnectionFailed`, :class:`InputProblem` or :class:`Cancelled`.
"""

from __future__ import annotations

from .boto import S3Credentials
from .document import read_document
from .download import download
from .engine import TransferEngine
from .folder_download import download_folder
from .names import safe_name
from .presigned_parts import PartTarget, PresignedParts, announced
from .remote import RemoteFile, known_remote, remote
from .s3_folder import S3Folder, upload_folder
from .s3_multipart import S3Multipart
from .signed_form import FormTarget, SignedForm
from .signed_put import SignedPut
from .source import Source, check_sendable
from .upload import Part, Uploaded, UploadProtocol, abandon, upload

__all__ = [
    "FormTarget",
    "Part",
    "PartTarget",
    "PresignedParts",
    "RemoteFile",
    "S3Credentials",
    "S3Folder",
    "S3Multipart",
    "SignedForm",
    "SignedPut",
    "Source",
    "TransferEngine",
    "UploadProtocol",
    "Uploaded",
    "abandon",
    "announced",
    "check_sendable",
    "download",
    "download_folder",
    "known_remote",
    "read_document",
    "remote",
    "safe_name",
    "upload",
    "upload_folder",
]
