"""Connections without a window, and the master password that qgis_process reads from a file."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import imagery_hub
import pytest
from imagery_hub.core import connections
from imagery_hub.core.connections import Connection
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
)

ROOT = Path(__file__).resolve().parents[2]
KEY = "marker-secret-0815"


@pytest.fixture
def plugin(qgis_app: QgsApplication) -> Iterator[None]:
    assert QgsApplication.authManager().setMasterPassword("test-master", True)
    plugin = imagery_hub.classFactory(None)
    plugin.initProcessing()
    yield
    plugin.unload()
    for name in connections.names():
        connections.remove(name)


@pytest.fixture
def configuration(plugin: None) -> Iterator[str]:
    """A configuration that the user made."""
    manager = QgsApplication.authManager()
    config = QgsAuthMethodConfig("Basic")
    config.setName("mine")
    config.setConfig("password", KEY)
    stored = manager.storeAuthenticationConfig(config)
    assert stored[0] if isinstance(stored, tuple) else stored
    yield config.id()
    manager.removeAuthenticationConfig(config.id())


def run(name: str, **values: Any) -> dict[str, Any]:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{name}")
    feedback = QgsProcessingFeedback()
    results, fine = algorithm.run(values, QgsProcessingContext(), feedback, {}, False)
    if not fine:
        raise QgsProcessingException(feedback.textLog())
    return results


@pytest.mark.parametrize("name", ["addconnection", "removeconnection"])
def test_each_parameter_says_what_it_is_for(plugin: None, name: str) -> None:
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"imageryhub:{name}")
    assert algorithm.parameterDefinitions()
    for parameter in algorithm.parameterDefinitions():
        assert parameter.help().endswith("."), parameter.name()


def test_a_connection_with_a_configuration_of_the_user(configuration: str) -> None:
    assert run("addconnection", NAME=" Field ", AUTHENTICATION=configuration, ADDRESS="http://127.0.0.1:1/") == {
        "NAME": "Field"
    }
    assert connections.credentials("picterra", "Field").secrets == {"key": KEY}
    run("removeconnection", NAME="Field")
    assert connections.names() == []
    assert configuration in QgsApplication.authManager().configIds()


def test_a_key_typed_later_leaves_the_users_configuration_alone(configuration: str) -> None:
    run("addconnection", NAME="Field", AUTHENTICATION=configuration)
    changed = connections.save(connections.get("Field"), {"key": "another-key-1"}, "Field")
    assert changed.authcfg != configuration
    assert not changed.borrowed
    run("addconnection", NAME="Other", AUTHENTICATION=configuration)
    assert connections.credentials("picterra", "Other").secrets == {"key": KEY}


def test_replacing_a_connection_by_one_with_its_own_key_does_not_lose_the_key(configuration: str) -> None:
    made = connections.save(Connection("Field", "picterra"), {"key": KEY})
    run("addconnection", NAME="Field", AUTHENTICATION=made.authcfg, ADDRESS="http://127.0.0.1:1/", REPLACE=True)
    assert connections.credentials("picterra", "Field").secrets == {"key": KEY}
    assert connections.get("Field").address == "http://127.0.0.1:1/"
    run("removeconnection", NAME="Field")
    assert made.authcfg not in QgsApplication.authManager().configIds()


def test_names_are_checked_first(configuration: str) -> None:
    run("addconnection", NAME="Field", AUTHENTICATION=configuration)
    with pytest.raises(QgsProcessingException, match="already"):
        run("addconnection", NAME="Field", AUTHENTICATION=configuration)
    run("addconnection", NAME="Field", AUTHENTICATION=configuration, REPLACE=True)
    with pytest.raises(QgsProcessingException, match="Give the connection a name"):
        run("addconnection", NAME=" ", AUTHENTICATION=configuration)
    with pytest.raises(QgsProcessingException, match="no connection named “Nobody”"):
        run("removeconnection", NAME="Nobody")


MAKE = """
import sys
from qgis.core import QgsApplication, QgsAuthMethodConfig
application = QgsApplication([], False, sys.argv[1])
application.initQgis()
manager = QgsApplication.authManager()
manager.setMasterPassword("headless-master", True)
config = QgsAuthMethodConfig("Basic")
config.setName("headless")
config.setConfig("password", "sandbox-picterra-key")
manager.storeAuthenticationConfig(config)
print(config.id(), flush=True)
"""


class Headless:
    """qgis_process in a profile of its own."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
        assert program is not None
        self.program = program
        self.config = folder / "config"
        self.profile = self.config / "profiles" / "default"
        (self.profile / "python" / "plugins").mkdir(parents=True)
        (self.profile / "python" / "plugins" / "imagery_hub").symlink_to(ROOT)
        (self.profile / "QGIS").mkdir()
        (self.profile / "QGIS" / "QGIS3.ini").write_text("[PythonPlugins]\nimagery_hub=true\n")
        self.environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QGIS_CUSTOM_CONFIG_PATH": str(self.config)}
        for name in ("PICTERRA_API_KEY", "PICTERRA_BASE_URL", "QGIS_AUTH_PASSWORD_FILE"):
            self.environment.pop(name, None)

    def run(self, algorithm: str, environment: dict[str, str], **values: str) -> subprocess.CompletedProcess[str]:
        arguments = [f"{name}={value}" for name, value in values.items()]
        return subprocess.run(
            [self.program, "--json", "run", f"imageryhub:{algorithm}", "--", *arguments],
            env={**self.environment, **environment}, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=90,
        )


def results(process: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert process.returncode == 0, process.stdout + process.stderr
    return json.loads(process.stdout[process.stdout.index("{"):])["results"]


def test_qgis_process_with_a_saved_connection_and_with_the_environment(tmp_path: Path, sandbox: Any) -> None:
    headless = Headless(tmp_path)
    made = subprocess.run(["/usr/bin/python3", "-c", MAKE, str(headless.profile)], env=headless.environment,
                          capture_output=True, text=True, timeout=60, check=True)
    password = tmp_path / "password"
    password.write_text("headless-master\n")
    unlocked = {"QGIS_AUTH_PASSWORD_FILE": str(password)}
    configuration = made.stdout.split()[-1]
    results(headless.run("addconnection", unlocked, NAME="Headless", AUTHENTICATION=configuration,
                         ADDRESS=sandbox.address))

    listed = results(headless.run("picterra_listfolders", unlocked, CONNECTION="Headless"))
    assert "FOLDER_IDS" in listed

    locked = headless.run("picterra_listfolders", {}, CONNECTION="Headless")
    assert locked.returncode != 0
    assert "QGIS_AUTH_PASSWORD_FILE" in locked.stdout + locked.stderr

    password.write_text("not the password\n")
    wrong = headless.run("picterra_listfolders", unlocked, CONNECTION="Headless")
    assert wrong.returncode != 0
    assert "master password" in wrong.stdout + wrong.stderr

    variables = {"PICTERRA_API_KEY": "sandbox-picterra-key", "PICTERRA_BASE_URL": sandbox.address}
    assert "FOLDER_IDS" in results(headless.run("picterra_listfolders", variables))
    for process in (locked, wrong):
        assert "sandbox-picterra-key" not in process.stdout + process.stderr
