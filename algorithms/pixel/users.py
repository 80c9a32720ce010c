"""Who is logged in, what the tenant has, and users of the tenant."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterAuthConfig,
)

from ...core import foreign_logins, main_thread
from ...core.jobs.answer import Answer
from ...core.translation import tr
from ...providers.pixel.records import ROLES
from ...providers.work import Work
from ..parameters.plain import choice, given, helped, string
from ..tables import declare_table, write_table
from .common import PixelAlgorithm

AUTHENTICATION, ROLE, ENABLED = "AUTHENTICATION", "ROLE", "ENABLED"
YES_NO = ("yes", "no")
SUPERUSER = "superuser"


class GetUser(PixelAlgorithm):
    """The account."""

    called = "getuser"
    kind = "users"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Who am I at Pixel")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Gives the user of the connection, his role, and the projects that he is a member of.")

    def words(self) -> str:
        return tr("user,account,role,test connection")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        for name, title in (
            ("USER_ID", tr("User id")),
            ("USER_NAME", tr("User name")),
            ("NAME", tr("Name")),
            ("EMAIL", tr("E-mail")),
            ("USER_ROLE", tr("Role")),
            ("PROJECT_IDS", tr("Project ids")),
        ):
            self.addOutput(QgsProcessingOutputString(name, title))
        self.addOutput(QgsProcessingOutputNumber("COUNT", tr("Number of projects")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        user = self.platform.api.during(work).account.me(extended=True)
        projects = [str(one["id"]) for one in user.get("projects") or []]
        found = {
            "USER_ID": str(user.get("id") or ""),
            "USER_NAME": user.get("username") or "",
            "NAME": " ".join(filter(None, (user.get("first_name"), user.get("last_name")))),
            "EMAIL": user.get("email") or "",
            "USER_ROLE": user.get("user_type") or "",
            "PROJECT_IDS": ",".join(projects),
            "COUNT": len(projects),
        }
        words, unknown = tr("User: {name}, role: {role}"), tr("not told")
        name, role = found["NAME"] or found["USER_NAME"] or unknown, found["USER_ROLE"] or unknown
        feedback.pushInfo(words.format(name=name, role=role))
        return found


class ListPlugins(PixelAlgorithm):
    """What the tenant has and what the user may do."""

    called = "listplugins"
    kind = "users"

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("List plugins and role")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return tr(
            "Lists the plugins of the tenant, whether they are switched on and what needs them, and gives the role of"
            " the user. The platform's support switches plugins; superusers of the tenant give roles."
        )

    def words(self) -> str:
        return tr("features,tenant,superuser,optimized_raster,image_service")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        declare_table(self, "PLUGINS", tr("Plugins that are on"))
        self.addOutput(QgsProcessingOutputString("USER_ROLE", tr("Role")))

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        from ...providers.pixel.flows import requirements

        api = self.platform.api.during(work)
        role = requirements.role_of(api)
        feedback.pushInfo(role_words(role))
        rows = []
        for one in api.plugins.list():
            on = one.get("enabled") is not False
            rows.append({**one, "enabled": on, "needed_for": plugin_words(one["name"])})
        for row in rows:
            state = tr("on") if row["enabled"] else tr("off")
            feedback.pushInfo(f"{row['name']}: {state}. {row['needed_for']}".strip())
        columns = [("name", "text"), ("enabled", "boolean"), ("description", "text"), ("needed_for", "text")]
        found = write_table(self, parameters, context, work, rows, columns, "PLUGINS", identity="name")
        return {**found, "PLUGINS": ",".join(row["name"] for row in rows if row["enabled"]), "USER_ROLE": role}


class CreateUser(PixelAlgorithm):
    """Somebody new."""

    called = "createuser"
    kind = "users"
    needs_role = SUPERUSER
    journaled = True
    answers = {"create": Answer("USER_ID")}

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Create user")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(tr("Creates a user of the tenant with a first password and a role."))

    def words(self) -> str:
        return tr("invite,account,member")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("His address, which is the user name too.")
        self.addParameter(string("EMAIL", tr("E-mail"), words, optional=False))
        self.addParameter(string("FIRST_NAME", tr("First name"), tr("The first name."), optional=False))
        self.addParameter(string("LAST_NAME", tr("Last name"), tr("The last name."), optional=False))
        self.addParameter(choice(ROLE, tr("Role"), role_help(), ROLES, ROLES[0]))
        self.addParameter(password_parameter(optional=False))
        words = tr("Whether he may log in.")
        self.addParameter(choice(ENABLED, tr("May log in"), words, YES_NO, "yes"))
        self.addOutput(QgsProcessingOutputString("USER_ID", tr("User id")))

    def about(self, values: Mapping[str, Any]) -> str:
        """What the job is told by in lists."""
        return str(values.get("EMAIL") or "")

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "EMAIL", "FIRST_NAME", "LAST_NAME")
        yield from self.unknown(parameters, ROLE, ENABLED)
        if "@" not in self.text(parameters, "EMAIL", context):
            yield tr("“{text}” is no e-mail address.").format(text=self.text(parameters, "EMAIL", context))
        if not given(parameters, AUTHENTICATION):
            yield tr("Choose the authentication configuration that holds the first password.")

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        self.check_needs(work)
        details: Any = {
            "email": self.text(parameters, "EMAIL", context),
            "first_name": self.text(parameters, "FIRST_NAME", context),
            "last_name": self.text(parameters, "LAST_NAME", context),
            "user_type": self.parameterAsEnumString(parameters, ROLE, context),
            "enabled": self.parameterAsEnumString(parameters, ENABLED, context) != "no",
            "password": password_of(self.parameterAsString(parameters, AUTHENTICATION, context)),
        }
        api = self.platform.api.during(work, to_the_end=True)
        return {"USER_ID": work.once("create", lambda: str(api.users.create(details).get("id") or ""))}


class EditUser(PixelAlgorithm):
    """Another role, another name, or no more login."""

    called = "edituser"
    kind = "users"
    needs_role = SUPERUSER

    def displayName(self) -> str:  # noqa: N802 - QGIS's name
        return tr("Edit user")

    def shortHelpString(self) -> str:  # noqa: N802 - QGIS's name
        return self.explained(
            tr("Changes name, role or password of a user, or whether he may log in. What is left empty stays as it is.")
        )

    def words(self) -> str:
        return tr("disable,role,password,account")

    def initAlgorithm(self, configuration: dict[str, Any] | None = None) -> None:  # noqa: N802 - QGIS's name
        super().initAlgorithm(configuration)
        words = tr("Number of the user. The platform does not list users; “Create user” and “Who am I” give it.")
        self.addParameter(string("USER", tr("User"), words, optional=False))
        self.addParameter(string("FIRST_NAME", tr("First name"), tr("The new first name.")))
        self.addParameter(string("LAST_NAME", tr("Last name"), tr("The new last name.")))
        self.addParameter(choice(ROLE, tr("Role"), role_help(), ROLES))
        self.addParameter(choice(ENABLED, tr("May log in"), tr("Whether he may log in."), YES_NO))
        self.addParameter(password_parameter(optional=True))
        self.addOutput(QgsProcessingOutputString("USER_ID", tr("User id")))

    def problems(self, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
        yield from self.required(parameters, context, "USER")
        yield from self.unknown(parameters, ROLE, ENABLED)
        if not self._changes(parameters, context) and not given(parameters, AUTHENTICATION):
            yield tr("Nothing is to be changed. Give at least one of the settings.")

    def _changes(self, parameters: dict[str, Any], context: QgsProcessingContext) -> dict[str, Any]:
        found: dict[str, Any] = {
            "first_name": self.text(parameters, "FIRST_NAME", context),
            "last_name": self.text(parameters, "LAST_NAME", context),
        }
        found = {name: value for name, value in found.items() if value}
        if given(parameters, ROLE):
            found["user_type"] = self.parameterAsEnumString(parameters, ROLE, context)
        if given(parameters, ENABLED):
            found["enabled"] = self.parameterAsEnumString(parameters, ENABLED, context) == "yes"
        return found

    def operate(
        self, parameters: dict[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback, work: Work
    ) -> dict[str, Any]:
        self.check_needs(work)
        user_id, changes = self.text(parameters, "USER", context), self._changes(parameters, context)
        if given(parameters, AUTHENTICATION):
            changes["password"] = password_of(self.parameterAsString(parameters, AUTHENTICATION, context))
        self.platform.api.during(work).users.update(user_id, changes)
        return {"USER_ID": user_id}


# ---------------------------------------------------------------------- words and passwords
def role_help() -> str:
    """What each role may do (ASSUMED A1)."""
    return tr(
        "Viewers read only. Creators also create, upload, change and delete. Superusers also publish ArcGIS services"
        " and create users."
    )


def role_words(role: str) -> str:
    """The role of the user and what follows from it."""
    if role not in ROLES:
        return tr("The platform does not tell the role of the user.")
    means = {
        "viewer": tr("You can look at everything, and change nothing."),
        "creator": tr("You can create, upload, change and delete. ArcGIS services and users are for superusers."),
        "superuser": tr("You can do everything that the tenant's plugins allow."),
    }
    return tr("Your role is “{role}”. {means}").format(role=role, means=means[role])


def plugin_words(name: str) -> str:
    """What needs a plugin; empty for one that is not known."""
    known = {
        "optimized_raster": tr("Needed to optimise rasters, and so for Image services."),
        "image_service": tr("Needed for ArcGIS Image services; it works only together with optimized_raster."),
    }
    return known.get(name, "")


def password_parameter(optional: bool) -> Any:
    """The authentication configuration that holds a password: parameters are kept in the history, so none is given."""
    title = tr("New password") if optional else tr("First password")
    parameter = QgsProcessingParameterAuthConfig(AUTHENTICATION, title, optional=optional)
    return helped(
        parameter,
        tr("An authentication configuration of the kind “Basic” in QGIS whose password is the one to be set."),
    )


def password_of(authcfg: str) -> str:
    """The password in a configuration."""
    login = main_thread.call(lambda: foreign_logins.load(authcfg))
    return login.password or login.key
