"""What the algorithms of harvest services share: how a service is chosen, and how its source is described."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterString,
)

from ...core import messages
from ...core.translation import tr
from ...providers.errors import InputProblem
from ...providers.pixel.source_address import problem_of, problem_of_tokens
from ...providers.work import Work
from ..parameters import choice_parameter
from ..parameters.pixel_forms import mapping_parameter, mapping_problems
from ..parameters.plain import advanced, given, helped, string
from . import harvest_listers
from .common import COLLECTION, PLATFORM, PixelAlgorithm, collection_parameter

SERVICE, NAME, DESCRIPTION, SOURCE, AUTH = "SERVICE", "NAME", "DESCRIPTION", "SOURCE", "AUTH"
TOKENS, ITEM, MAPPING, WHERE, CHECK = "LOGIN_SERVICE", "ITEM", "FIELD_MAPPING", "WHERE", "CHECK"


def service_parameter(states: tuple[str, ...] = ()) -> QgsProcessingParameterString:
    """The choice of a harvest service of ``COLLECTION``, by its number. ``states``: menus of entries offer it in these
    states of the service only."""
    return choice_parameter(
        SERVICE,
        tr("Harvest service"),
        harvest_listers.services,
        platform=PLATFORM,
        kind="harvest",
        depends=(COLLECTION,),
        states=states,
        help=tr("Its number. The button lists those of the data collection."),
    )


class HarvestAlgorithm(PixelAlgorithm):
    """What all share."""

    kind = "harvest"

    def words(self) -> str:
        return tr("arcgis,feature layer,import,photos,portal")

    def declare_service(self, *states: str) -> None:
        """Declare ``COLLECTION`` and ``SERVICE``; ``states`` as :func:`service_parameter` has them."""
        self.addParameter(collection_parameter("image"))
        self.addParameter(service_parameter(states))

    def declare_source(self, required: bool) -> None:
        """Declare the address of the layer, and the login there."""
        words = tr("Address of the layer, as in https://portal.example/server/rest/services/Photos/FeatureServer/0.")
        self.addParameter(string(SOURCE, tr("Address of the source"), words, optional=not required))
        login = QgsProcessingParameterAuthConfig(AUTH, tr("Login of the source"), optional=not required)
        words = tr(
            "Authentication configuration of the kind “Basic” with name and password, or with a key as its password"
            " and no name; or of the kind “Esri token” with a key. The platform keeps the login that it is given."
        )
        self.addParameter(helped(login, words))
        words = tr("Where tokens are made for a name and a password. Empty: the source's own server makes them.")
        self.addParameter(advanced(string(TOKENS, tr("Address for tokens"), words)))
        words = tr("Item in ArcGIS Online that a key belongs to, if any.")
        self.addParameter(advanced(string(ITEM, tr("Item id of the key"), words)))

    def declare_mapping(self, changes: bool) -> None:
        """Declare the mapping of fields, the where clause, and whether both are held against the source."""
        self.addParameter(mapping_parameter(MAPPING, changes=changes))
        words = tr("Which features are taken, as ArcGIS writes conditions: reviewed = 1. Empty: {empty}.")
        empty = tr("stays as it is") if changes else tr("all")
        self.addParameter(string(WHERE, tr("Where clause"), words.format(empty=empty)))
        check = QgsProcessingParameterBoolean(CHECK, tr("Check against the source"), defaultValue=True)
        words = tr(
            "Asks the source from this computer whether it has the fields and understands the where clause, before"
            " anything is sent to the platform. Untick it where only the platform can reach the source."
        )
        self.addParameter(helped(check, words))

    # ------------------------------------------------------------------ what is wrong
    def service_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """Problems of data collection and service."""
        yield from self.required(parameters, context, COLLECTION, SERVICE)
        yield from self.place_problems(parameters, context)

    def place_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """A problem when the data collection is given and is none."""
        if given(parameters, COLLECTION):
            yield from _told(lambda: self.place(parameters, context))

    def source_problems(
        self, parameters: dict[str, Any], context: QgsProcessingContext, changes: bool
    ) -> Iterator[str]:
        """Problems of what describes the source; the login is only looked at when it is needed."""
        yield from self.address_problems(parameters, context)
        yield from mapping_problems(self.text(parameters, MAPPING, context), changes)

    def address_problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        """Problems of the addresses."""
        for name in (SOURCE, TOKENS):
            address = self.text(parameters, name, context)
            if not address:
                continue
            wrong = problem_of(address) if name == SOURCE else problem_of_tokens(address)
            if wrong is not None:
                yield messages.sentence(wrong)

    # ------------------------------------------------------------------ values
    def login(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Any:
        """The login of the source (``core.foreign_logins``); None where none is given. From any thread."""
        from ...core import foreign_logins, main_thread

        identity = self.text(parameters, AUTH, context)
        return main_thread.call(lambda: foreign_logins.load(identity)) if identity else None

    def source(
        self, parameters: dict[str, Any], context: QgsProcessingContext, login: Any, work: Work, address: str = ""
    ) -> Any:
        """The layer that is described, to be asked; ``address`` where the parameters name none."""
        from ...providers.pixel.flows import harvest_source

        url, tokens = (self.text(parameters, name, context) for name in (SOURCE, TOKENS))
        return harvest_source.Source(self.platform.api.http.network, url or address, login, tokens, work)


def _told(look: Any) -> Iterator[str]:
    try:
        look()
    except InputProblem as error:
        yield messages.sentence(error)
