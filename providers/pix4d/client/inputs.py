"""What goes into a project: photos, extras, depth data (notes, sections 7.3 to 7.5 and 16)."""

from __future__ import annotations

from collections.abc import Sequence

from ...http.answers import record
from ...http.session import HttpSession
from ..paths import PATHS
from ..project_records import DepthData, Extra, PhotoInput, Registered
from .answers import after, listed
from .outputs import address_in


class Inputs:
    """Operations on inputs. All keys are full storage keys."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def register(self, project_id: str, keys: Sequence[str] = (), inputs: Sequence[PhotoInput] = ()) -> Registered:
        """``bulkRegisterInputs``: at most 500 at a time; refused with 400 once processing was triggered."""
        body: dict[str, object] = {}
        body |= {"input_file_keys": list(keys)} if keys else {}
        body |= {"inputs": list(inputs)} if inputs else {}
        return record(self._http.json(PATHS["bulkRegisterInputs"], body=body, project_id=project_id), Registered)

    def delete(self, project_id: str, input_id: str) -> None:
        """``deleteInput``: unregisters the image and deletes its file."""
        self._http.json(PATHS["deleteInput"], project_id=project_id, input_id=input_id)

    def archive(self, project_id: str) -> str:
        """``getInputsArchive``: its signed address; empty while the archive is being made (202)."""
        return address_in(self._http.json(PATHS["getInputsArchive"], project_id=project_id))


class Extras:
    """Files that are not photos."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> list[Extra]:
        """``listExtras`` (envelope ASSUMED A05)."""
        answer = self._http.json(PATHS["listExtras"], project_id=project_id)
        return [one for one in listed(answer, "extras", Extra) if one.get("file_key")]

    def register(self, project_id: str, key: str) -> Extra:
        """``registerExtra``."""
        return after(self._http.json(PATHS["registerExtra"], body={"file_key": key}, project_id=project_id), Extra)


class Depth:
    """Depth maps of photos (paths ASSUMED A50)."""

    def __init__(self, http: HttpSession) -> None:
        self._http = http

    def list(self, project_id: str) -> list[DepthData]:
        """``listDepthData`` (envelope ASSUMED A05)."""
        answer = self._http.json(PATHS["listDepthData"], project_id=project_id)
        return [one for one in listed(answer, "depth_data", DepthData) if one.get("id")]

    def delete(self, project_id: str, photo_id: str) -> None:
        """``deleteDepthData`` of one photo, with its files."""
        self._http.json(PATHS["deleteDepthData"], project_id=project_id, photo_id=photo_id)
