"""The process killed while it adds a product and its bands to the Descartes Labs catalog, and the same job run again:
each is there once, as it was given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from killing import KILLED, Job
from sandbox_descarteslabs import CatalogCalls
from sandbox_process import SandboxProcess

BANDS = [{"name": name, "srcband": place, "dtype": "UInt16", "data_range": [0, 10000], "type": "spectral"}
         for place, name in enumerate(("red", "nir"), 1)]
ADDED = ("addProduct", "addBand")


@pytest.mark.timeout(1500)
@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_each_note(sandbox: SandboxProcess, tmp_path: Path, when: str) -> None:
    calls, ready = CatalogCalls(sandbox), json.dumps(sandbox.ready["descarteslabs"])
    again = 0
    for number in range(1, 100):
        begun = sandbox.last_entry()
        product = {"id": f"killed-{number}", "title": f"Killed {number}", "description": "Field mosaics",
                   "start_datetime": "2026-06-01", "resolution": "3 m"}
        job = Job("descarteslabs_making_process.py", ready, tmp_path / f"journal-{number}",
                  json.dumps([product, BANDS]))
        code, given = job.run(f"{when} {number}")
        assert code == KILLED or given["notes"] < number
        whole, *bands = job.finish()["result"]
        known = calls.catalog(f"products/{whole}")
        assert known["title"] == product["title"] and known["start_date"].startswith("2026-06-01")
        assert whole.endswith(f":killed-{number}") and bands == [f"{whole}:{one['name']}" for one in BANDS]
        listed = calls.sent("POST", "metadata/v1/bands/search", json={"products": [whole]})
        assert sorted(one["id"] for one in listed) == sorted(bands)
        for one in BANDS:
            found = calls.catalog(f"products/{whole}/bands/{one['name']}")
            assert {name: found[name] for name in one} == one
        sent = [one["status"] for one in sandbox.log(after=begun) if one["operation"] in ADDED]
        # What was there already was found by looking, and not sent again to be refused.
        assert len(sent) == 1 + len(BANDS) and max(sent) < 300
        again += code == KILLED
        if code == 0:
            break
    assert again == 2 * (1 + len(BANDS))
