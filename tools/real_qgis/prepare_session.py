"""Makes a QGIS session ready to try the plugin: a connection to the sandbox, the NEON tile on the map.

Run by tools/run_qgis.sh through `qgis --code`. The profile is one for trying only, so its master password is no secret.
"""

import os

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QTimer
from qgis.utils import iface

CONNECTION = "Sandbox (Picterra)"


def prepare() -> None:
    from imagery_hub.core import connections

    QgsApplication.authManager().setMasterPassword("sandbox", True)
    old = CONNECTION if CONNECTION in connections.names() else ""
    authcfg = connections.get(CONNECTION).authcfg if old else ""
    address = os.environ["IMAGERY_HUB_SANDBOX"]
    connection = connections.Connection(CONNECTION, "picterra", address, {}, authcfg)
    connections.save(connection, {"key": "sandbox-picterra-key"}, old)
    iface.newProject(False)
    iface.addRasterLayer(os.environ["IMAGERY_HUB_TILE"], "NEON OSBS_029")


QTimer.singleShot(1500, prepare)
