"""The framed editor and the public page (notes, section 21): addresses, and whether the editor would open."""

from __future__ import annotations

from urllib.parse import urlencode

from ...http.authentication import KeyHeader
from ...http.network import Network
from ...http.operation import Operation
from ...http.retry import RetryPolicy
from ...http.session import HttpSession
from ..paths import EMBED


class Embed:
    """Addresses of the editor. They hold a share token, and never the connection's own."""

    def __init__(self, root: str, network: Network | None = None) -> None:
        self.root = root
        self._network = network

    def address(
        self, project_id: str, token: str, site_id: str = "", view: str = "", language: str = "", theme: str = ""
    ) -> str:
        """Of a project, or of a project inside its site. ``view``: map or model, empty for the editor's choice."""
        operation, values = _operation(project_id, site_id, view)
        query = {name: value for name, value in _query(token, language, theme).items() if value}
        return f"{self.root}{operation.fill(**values)}?{urlencode(query)}"

    def open(
        self,
        project_id: str,
        token: str,
        page: str,
        site_id: str = "",
        view: str = "",
        language: str = "",
        theme: str = "",
    ) -> str:
        """``embedDataset``, ``embedDatasetView``, ``embedSite``, ``embedSiteView``: the editor's page as a page at the
        address ``page`` would frame it. Raises :class:`Refused` where the vendor does not allow that place, or the
        token."""
        operation, values = _operation(project_id, site_id, view)
        http = HttpSession(self.root, KeyHeader("Referer", page), self._network, RetryPolicy(attempts=1))
        try:
            query = {name: value for name, value in _query(token, language, theme).items() if value}
            return http.text(operation, query=query, **values)
        finally:
            http.close()


def _operation(project_id: str, site_id: str, view: str) -> tuple[Operation, dict[str, str]]:
    values = {"dataset_id": project_id}
    values |= {"site_id": site_id} if site_id else {}
    values |= {"view": view} if view else {}
    return EMBED[f"embed{'Site' if site_id else 'Dataset'}{'View' if view else ''}"], values


def _query(token: str, language: str, theme: str) -> dict[str, str]:
    return {"shareToken": token, "lang": language, "theme": theme}
