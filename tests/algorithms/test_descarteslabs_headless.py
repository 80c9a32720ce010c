"""A layer becomes a product by qgis_process, its login in a token file: told first, corrected as text, then sent;
nothing secret in what is printed or left behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from analytic_images import write_image
from headless import qgis_process
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

ALGORITHM = "imageryhub:descarteslabs_layertoproduct"


def test_bands_are_told_corrected_and_sent(sandbox: SandboxProcess, tmp_path: Path) -> None:
    catalog = CatalogCalls(sandbox)
    login = tmp_path / "token_info.json"
    login.write_text(json.dumps({name: catalog.ready[name] for name in ("client_id", "refresh_token")}))
    variables = {"DESCARTESLABS_URL": catalog.root, "DESCARTESLABS_TOKEN_INFO_PATH": str(login)}
    file = write_image(tmp_path / "june.tif", np.full((20, 30, 2), 700, "uint16"))

    def run(folder: str, *more: str) -> tuple[int, dict[str, Any], str]:
        done = qgis_process(tmp_path / folder, variables, "--json", "run", ALGORITHM, "--", f"INPUT={file}",
                            "ID=headless", "TITLE=Without a window", *more)
        printed = done.stdout + done.stderr
        assert catalog.ready["refresh_token"] not in printed
        found = json.loads(done.stdout[done.stdout.index("{"):])["results"] if done.returncode == 0 else {}
        return done.returncode, found, printed

    code, told, printed = run("first")
    assert code == 0 and told["PRODUCT_ID"] == "", printed
    bands = json.loads(told["BANDS_JSON"])
    assert [one["srcband"] for one in bands] == [1, 2]
    bands[0]["name"], bands[0]["data_range"] = "edge", [0, 70000]
    code, _, printed = run("wrong", f"BANDS={json.dumps(bands)}", "SEND=true")
    assert code != 0 and "beyond what UInt16" in printed
    bands[0]["data_range"] = [0, 10000]
    code, made, printed = run("right", f"BANDS={json.dumps(bands)}", "SEND=true")
    assert code == 0, printed
    assert catalog.catalog(f"products/{made['PRODUCT_ID']}/bands/edge")["data_range"] == [0, 10000]
    assert made["IMAGE_IDS"] == f"{made['PRODUCT_ID']}:june"
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and path != login]
    secret = catalog.ready["refresh_token"].encode()
    assert kept and not [path for path in kept if secret in path.read_bytes()]
