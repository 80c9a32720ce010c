"""What QGIS knows of the network, read once per connection on the main thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qgis.core import Qgis, QgsSettings
from qgis.PyQt.QtCore import QSysInfo

from . import certificates
from .proxies import ProxyRules


@dataclass(frozen=True)
class NetworkSettings:
    """A snapshot. ``bundle`` is a PEM file with every trusted authority, ``accepted`` maps "host:port" to SHA-256."""

    proxies: ProxyRules
    bundle: Path | None
    accepted: Mapping[str, str] = field(default_factory=dict)
    user_agent: str = ""

    @classmethod
    def read(cls) -> NetworkSettings:
        """What QGIS knows now. Main thread only."""
        return cls(ProxyRules.read(), certificates.trusted_bundle(), certificates.accepted_by_user(), user_agent())


def user_agent() -> str:
    """QGIS's own user agent, followed by ours."""
    first = str(QgsSettings().value("qgis/networkAndProxy/userAgent", "Mozilla/5.0"))
    parts = [first, f"QGIS/{Qgis.QGIS_VERSION_INT}/{QSysInfo.prettyProductName()}", "ImageryHub"]
    return " ".join(part for part in parts if part).encode("ascii", "replace").decode("ascii")
