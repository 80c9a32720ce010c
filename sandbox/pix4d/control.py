"""Control calls for PIX4D cloud: what cannot be seen or done through its API, for tests and benchmarks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from .records import Account, Place, Project
from .world import World

Query = dict[str, str]
Body = dict[str, Any]


class Pix4dControl:
    """Below ``/_sandbox/pix4d/``."""

    def __init__(self, world: World) -> None:
        self._world = world

    def calls(self) -> dict[str, Callable[[Query, Body], Any]]:
        """Handlers by method and path."""
        return {
            "GET ": self._overview,
            "GET jobs": self._jobs,
            "POST accounts/{name}": self._account,
            "POST tokens/expire": self._expire,
            "POST projects": self._many_projects,
            "GET projects/{id}": self._project,
            "POST projects/{id}": self._change,
            "POST roles": self._role,
        }

    def _overview(self, query: Query, body: Body) -> dict[str, Any]:
        state = self._world.state
        return {"organizations": {one.name: one.uuid for one in state.organizations.values()},
                "users": {one.email: one.uuid for one in state.users.values()}, "projects": list(state.projects),
                "groups": list(state.groups), "folders": list(state.folders),
                "accounts": {one.name: {"user": one.user.uuid, "organization": one.organization}
                             for one in state.accounts.values()},
                "bearers": len(state.bearers), "jobs_running": self._world.jobs.running}

    def _jobs(self, query: Query, body: Body) -> dict[str, Any]:
        return {"running": self._world.jobs.running, "defects": self._world.jobs.defects()}

    def _account(self, query: Query, body: Body) -> dict[str, Any]:
        """Change what an account may: ``credits``, ``photos``, ``billing_models``, ``cloud_content``, ``revoked``."""
        allowed = {"credits", "photos", "billing_models", "cloud_content", "revoked"}
        if set(body) - allowed:
            raise ValueError(f"Give some of {', '.join(sorted(allowed))}.")
        account: Account = self._world.state.accounts[query["name"]]
        changes = {**body, **({"billing_models": tuple(body["billing_models"])} if "billing_models" in body else {})}
        self._world.state.accounts[query["name"]] = replace(account, **changes)
        return {"name": account.name}

    def _expire(self, query: Query, body: Body) -> dict[str, Any]:
        """End all tokens now."""
        ended = len(self._world.state.bearers)
        for one in self._world.state.bearers.values():
            one.ends = min(one.ends, self._world.clock.now())
        return {"ended": ended}

    def _many_projects(self, query: Query, body: Body) -> dict[str, Any]:
        """``{"count": 3000, "account"?: client id, "name"?: "Survey", "parent"?: [kind, uuid]}``: empty projects."""
        state = self._world.state
        account = state.accounts[body.get("account", next(iter(state.accounts)))]
        parent = Place(*body["parent"]) if "parent" in body else Place("organization", account.organization)
        made = [state.add_project(f"{body.get('name', 'Survey')} {number:05d}", "pro", parent, account,
                                  self._world.stored).id for number in range(int(body["count"]))]
        return {"projects": made}

    def _found(self, query: Query) -> Project:
        return self._world.state.projects[int(query["id"])]

    def _project(self, query: Query, body: Body) -> dict[str, Any]:
        """What the API does not show."""
        one = self._found(query)
        return {"id": one.id, "status": one.status, "triggered": one.triggered, "options": one.options,
                "billing_model": one.billing_model, "email": one.email, "notes": one.notes, "parent": list(one.parent),
                "outputs": [{"output_type": each.output_type, "key": each.key} for each in one.outputs],
                "folder": str(self._world.path(one.bucket, one.base))}

    def _change(self, query: Query, body: Body) -> dict[str, Any]:
        """``{"terrain"?: path of a raster, "failure"?: error code, "status"?, "never_delete"?, "bounds"?: west, south,
        east, north in degrees, "acquired"?: the acquisition date, empty for none}``."""
        allowed = {"terrain", "failure", "status", "detailed_status", "demo", "geolocalized", "credits", "notes",
                   "bounds", "acquired"}
        if set(body) - allowed:
            raise ValueError(f"Give some of {', '.join(sorted(allowed))}.")
        one = self._found(query)
        if body.get("terrain") and not Path(body["terrain"]).is_file():
            raise ValueError("There is no such terrain.")
        for name, value in body.items():
            setattr(one, name, value)
        self._world.state.changed()
        return self._project(query, {})

    def _role(self, query: Query, body: Body) -> dict[str, Any]:
        """``{"email"?: of a user, "user"?: uuid, "place": [kind, uuid], "role": ...}``; a null role takes it away."""
        state = self._world.state
        user = body.get("user") or next(one.uuid for one in state.users.values() if one.email == body["email"])
        place = Place(*body["place"])
        role = state.grant(user, place, body["role"] or "READER")
        if body["role"] is None:
            del state.roles[role.uuid]
        state.changed()
        return {"accessrole_uuid": role.uuid}
