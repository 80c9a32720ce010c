"""Who is trusted: the operating system's authorities, those that QGIS's user added, and single accepted certificates.

QGIS's authentication manager knows the first two together, less those that its user distrusts.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCryptographicHash
from qgis.PyQt.QtNetwork import QSslCertificate, QSslConfiguration, QSslSocket

KEPT_DAYS = 30


def folder() -> Path:
    """A folder in the profile that only its owner can enter."""
    path = Path(QgsApplication.qgisSettingsDirPath()) / "imagery_hub" / "certificates"
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)
    return path


def trusted_bundle() -> Path | None:
    """A PEM file with every trusted authority, or None when QGIS knows none. Written only when its content changed."""
    text = bytes(QgsApplication.authManager().trustedCaCertsPemText())
    if not text.strip():
        text = b"\n".join(bytes(one.toPem()) for one in QSslConfiguration.systemCaCertificates())
    if not text.strip():
        return None
    path = folder() / f"trusted-{hashlib.sha256(text).hexdigest()[:32]}.pem"
    if not (path.exists() and path.stat().st_size == len(text)):
        _write(path, text)
        _remove_old(path)
    return path


def _remove_old(current: Path) -> None:
    """Bundles of earlier states; young ones may be in use by another QGIS."""
    limit = time.time() - KEPT_DAYS * 86400
    for path in current.parent.glob("trusted-*.pem"):
        if path != current and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)


def _write(path: Path, text: bytes) -> None:
    """Whole or not at all: another QGIS may write or read the same file."""
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(text)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


def accepted_by_user() -> dict[str, str]:
    """ "host:port" to the SHA-256 of the certificate that QGIS's user accepted there although it does not verify."""
    found = {}
    for server in QgsApplication.authManager().sslCertCustomConfigs():
        unverified = server.sslPeerVerifyMode() == QSslSocket.PeerVerifyMode.VerifyNone
        if unverified or server.sslIgnoredErrorEnums():
            found[server.sslHostPort().lower()] = fingerprint(server.sslCertificate())
    return {place: value for place, value in found.items() if value}


def fingerprint(certificate: QSslCertificate) -> str:
    """SHA-256 of the certificate, in hexadecimal; "" for none."""
    if certificate.isNull():
        return ""
    return bytes(certificate.digest(QCryptographicHash.Algorithm.Sha256)).hex()
