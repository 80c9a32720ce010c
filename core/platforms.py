"""The platforms that a connection can lead to: one row each, and nothing of them imported before it is used.

A platform's module ``providers/<key>/provider.py`` gives three functions:

``connect(address, secrets, options, network) -> Any``
    makes the object that algorithms and docks work with. ``address`` is what ``normalise_address`` gave, ``secrets``
    is keyed by ``SecretField.name``, ``options`` by ``OptionField.name``; of what came from the environment they hold
    ``variable``, the environment variable of the last secret, which is told when it is refused. No request is sent.
    Its ``close()`` gives connections and threads back.
``normalise_address(text: str) -> str``
    the API root for what a user or an environment variable gave; raises ``InputProblem`` when it is no address.
``check(platform) -> str``
    one cheap authenticated request; gives the name of the account or organisation when the platform tells it, else "".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

from .translation import tr

if TYPE_CHECKING:  # importing it brings requests, which a starting QGIS does not need
    from ..providers.http.network import Network


class ProviderModule(Protocol):
    """What ``providers/<key>/provider.py`` gives."""

    def connect(
        self, address: str, secrets: Mapping[str, str], options: Mapping[str, str], network: Network
    ) -> Any:
        """The platform's object for this connection."""

    def normalise_address(self, text: str) -> str:
        """The API root for what was given."""

    def check(self, platform: Any) -> str:
        """One cheap authenticated request; the account's name when the platform tells it."""


@dataclass(frozen=True)
class SecretField:
    """One thing that proves who is asking. ``stored_as`` is its key in QGIS's authentication configuration.
    ``spared_by``: the option that makes it needless, such as a file that holds it. ``also``: the variable that the
    vendor's client reads where ``variable`` says nothing, ``shared`` the one after that, whose name other programs use
    too: it is read only where the environment names the server. ``line``: the module of the platform's package whose
    ``fields_of_line(text)`` takes this field for a line of the vendor's that holds the other fields too; it gives what
    all of them get by their names, None for an ordinary secret."""

    name: str
    label: Callable[[], str]
    variable: str
    stored_as: str = "password"
    hidden: bool = True
    spared_by: str = ""
    also: str = ""
    shared: str = ""
    line: str = ""


@dataclass(frozen=True)
class LoginFile:
    """A file that holds a login. It is read only when the user names it, or where the environment names the server and
    no login. ``choose``: what the button says that chooses it. ``usual``: where the vendor's own programs keep it.
    ``reader``: the module of the platform's package whose ``read_file(path)`` reads it; what that gives has a
    ``client_id``, and another file is an ``InputProblem``."""

    choose: Callable[[], str]
    usual: str
    reader: str


@dataclass(frozen=True)
class OptionField:
    """Something else that a connection can say, mostly a further address. ``usual`` is what holds when it is empty; it
    is shown in the empty field and not handed on. ``follows`` True: it is the main address when that is not the
    platform's own, with ``at_root`` only the host of that, with ``below`` what is below it. ``needed`` True: it has to
    be said, unless an address of one's own says it. ``file``: it is the path of such a file."""

    name: str
    label: Callable[[], str]
    variable: str
    usual: str = ""
    follows: bool = False
    at_root: bool = False
    needed: bool = False
    below: str = ""
    file: LoginFile | None = None


@dataclass(frozen=True)
class Platform:
    """What is known of a platform before anything of it is imported. Names of options in braces, in ``address`` and in
    what is usual, stand for what a connection says there. ``sandbox`` is what follows the address of a sandbox.
    ``meant_for`` says what it is offered for, where that is not the vendor's own service. ``ready_variable``: the
    environment variable of a token that is ready for use; while it is good nothing else is needed."""

    key: str
    title: str
    address: str
    address_variable: str
    secrets: tuple[SecretField, ...]
    options: tuple[OptionField, ...] = ()
    sandbox: str = ""
    meant_for: Callable[[], str] = lambda: ""
    ready_variable: str = ""

    @property
    def offered_as(self) -> str:
        """The title and what it is meant for, in lists to choose from."""
        return f"{self.title} ({self.meant_for()})" if self.meant_for() else self.title

    @property
    def variables(self) -> tuple[str, ...]:
        """The environment variables that are read when no connection is chosen."""
        further = (one.variable for one in self.options)
        return (*(one.variable for one in self.secrets), self.address_variable, *further)

    def filled(self, text: str, options: Mapping[str, str]) -> str:
        """An address with what a connection says in the place of the names in braces; for showing."""
        for one in self.options:
            said = options.get(one.name, "").strip() or one.usual
            text = text.replace(f"{{{one.name}}}", said.lower()) if said else text
        return text

    @property
    def module(self) -> ProviderModule:
        """The platform's own code, imported now. Takes a tenth of a second the first time: not on the main thread."""
        return cast(ProviderModule, import_module(f"..providers.{self.key}.provider", __package__))


PLATFORMS: dict[str, Platform] = {
    platform.key: platform
    for platform in (
        Platform(
            key="picterra",
            title="Picterra",
            address="https://app.picterra.ch/public/api/v2/",
            address_variable="PICTERRA_BASE_URL",
            secrets=(SecretField("key", lambda: tr("API key"), "PICTERRA_API_KEY"),),
        ),
        Platform(
            key="pix4d",
            title="PIX4D cloud",
            address="https://cloud.pix4d.com/",
            address_variable="PIX4D_BASE_URL",
            secrets=(
                SecretField("client_id", lambda: tr("client id"), "PIX4D_CLIENT_ID", "username", hidden=False),
                SecretField("client_secret", lambda: tr("client secret"), "PIX4D_CLIENT_SECRET"),
            ),
            options=(
                OptionField(
                    "webgis", lambda: tr("Annotations and volumes"), "PIX4D_WEBGIS_URL",
                    "https://api.webgis.pix4d.com/", follows=True,
                ),
                OptionField(
                    "embed", lambda: tr("Framed editor"), "PIX4D_EMBED_URL", "https://embed.pix4d.com/", follows=True
                ),
                OptionField("s3_endpoint", lambda: tr("S3 storage"), "PIX4D_S3_ENDPOINT", "https://s3.amazonaws.com/"),
                OptionField("organization", lambda: tr("Organisation (uuid)"), "PIX4D_ORGANIZATION"),
            ),
        ),
        Platform(
            key="pixel",
            title="Geodata Pixel",
            address="https://{environment}.api.geodatapixel.no/{tenant}",
            address_variable="PIXEL_API_URL",
            secrets=(
                SecretField("username", lambda: tr("user name"), "PIXEL_USERNAME", "username", hidden=False),
                SecretField("password", lambda: tr("password"), "PIXEL_PASSWORD"),
            ),
            options=(
                OptionField("tenant", lambda: tr("tenant"), "PIXEL_TENANT", needed=True),
                OptionField("environment", lambda: tr("Environment"), "PIXEL_ENV", "prod"),
                OptionField(
                    "login", lambda: tr("Login server"), "PIXEL_AUTH_SERVER_URL",
                    "https://{environment}.keycloak.geodatapixel.no", follows=True, at_root=True,
                ),
                OptionField(
                    "services", lambda: tr("ArcGIS services"), "PIXEL_SERVICES_URL",
                    "https://services.geodataonline.no/", follows=True, at_root=True,
                ),
            ),
            sandbox="/fjord",
        ),
        Platform(
            key="pixxel",
            title="Pixxel",
            address="https://api.pixxel.space/",
            address_variable="PIXXEL_BASE_URL",
            secrets=(SecretField("key", lambda: tr("API key"), "PIXXEL_API_KEY"),),
            options=(
                OptionField(
                    "authorization", lambda: tr("Key is sent as (bare or bearer)"), "PIXXEL_AUTHORIZATION", "bare"
                ),
            ),
        ),
        Platform(
            key="descarteslabs",
            title="Descartes Labs catalog",
            meant_for=lambda: tr("private or sandbox server"),
            address="https://platform.descarteslabs.com/",
            address_variable="DESCARTESLABS_URL",
            ready_variable="DESCARTESLABS_TOKEN",
            secrets=(
                SecretField(
                    "client_id", lambda: tr("client id"), "DESCARTESLABS_CLIENT_ID", "username", hidden=False,
                    spared_by="login_file", shared="CLIENT_ID",
                ),
                SecretField(
                    "refresh_token", lambda: tr("refresh token"), "DESCARTESLABS_REFRESH_TOKEN",
                    spared_by="login_file", also="DESCARTESLABS_CLIENT_SECRET",
                    shared="CLIENT_SECRET", line="token_file",
                ),
            ),
            options=(
                OptionField(
                    "login_file", lambda: tr("Token file"), "DESCARTESLABS_TOKEN_INFO_PATH",
                    file=LoginFile(
                        lambda: tr("Take from a Token File…"), "~/.descarteslabs/token_info.json", "token_file"
                    ),
                ),
                OptionField(
                    "identity", lambda: tr("Identity"), "DESCARTESLABS_IAM_URL", "https://iam.descarteslabs.com/",
                    follows=True,
                ),
                *(
                    OptionField(name, title, f"DESCARTESLABS_{name.upper()}_URL",
                                f"https://platform.descarteslabs.com/{below}", follows=True, below=below)
                    for name, title, below in (
                        ("catalog", lambda: tr("Catalog"), "metadata/v1/catalog"),
                        ("metadata", lambda: tr("Metadata"), "metadata/v1"),
                        ("raster", lambda: tr("Rasters"), "raster"),
                        ("storage", lambda: tr("Storage"), "storage/v1"),
                    )
                ),
            ),
        ),
    )
}
