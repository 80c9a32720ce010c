"""A pytest plugin that keeps a copy of the QGIS profile in which a tier ran; pytest-qgis removes the profile itself.

The hunt for secrets looks through the copy. Loaded by tools/run_tests.py with `-p keep_profile`; the copy goes to
the folder that the variable KEPT_PROFILE names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from qgis.core import QgsProject


@pytest.fixture(autouse=True, scope="session")
def kept_profile(qgis_app: Any) -> Iterator[None]:
    """Copy the profile at the end, before the application's own fixture removes it."""
    yield
    shutil.copytree(os.environ["QGIS_CUSTOM_CONFIG_PATH"], os.environ["KEPT_PROFILE"], symlinks=True)
    # pytest-qgis takes this connection back next. Once the slot was called PyQt may not find the first one any more.
    QgsProject.instance().legendLayersAdded.connect(qgis_app.processEvents)
