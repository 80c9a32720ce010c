"""Makes a QGIS session ready to try the plugin: connections to the sandbox's platforms, the NEON tile on the map.

Run by tools/run_qgis.sh through `qgis --code`. The profile is one for trying only, so its master password is no secret.
"""

import json
import os

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface


def prepare() -> None:
    QgsApplication.authManager().setMasterPassword("sandbox", True)
    ready = json.loads(os.environ["IMAGERY_HUB_SANDBOX"])
    save("Sandbox (Picterra)", "picterra", ready["address"], {}, {"key": "sandbox-picterra-key"})
    pix4d = ready["pix4d"]
    secrets = {name: pix4d[name] for name in ("client_id", "client_secret")}
    save("Sandbox (PIX4D)", "pix4d", pix4d["root"], {"s3_endpoint": pix4d["storage"]}, secrets)
    pixel = ready["pixel"]
    secrets = {name: pixel[name] for name in ("username", "password")}
    options = {"tenant": pixel["tenant"], "login": pixel["login"], "services": pixel["services"]}
    save("Sandbox (Pixel)", "pixel", pixel["root"], options, secrets)
    save("Sandbox (Pixxel)", "pixxel", ready["pixxel"]["root"], {}, {"key": ready["pixxel"]["api_key"]})
    catalog = ready["descarteslabs"]
    secrets = {name: catalog[name] for name in ("client_id", "refresh_token")}
    save("Sandbox (Descartes Labs)", "descarteslabs", catalog["root"], {}, secrets)
    iface.newProject(False)
    iface.addRasterLayer(os.environ["IMAGERY_HUB_TILE"], "NEON OSBS_029")


def save(name: str, platform: str, address: str, options: dict[str, str], secrets: dict[str, str]) -> None:
    from imagery_hub.core import connections

    old = name if name in connections.names() else ""
    authcfg = connections.get(name).authcfg if old else ""
    connections.save(connections.Connection(name, platform, address, options, authcfg), secrets, old)


QTimer.singleShot(1500, prepare)
