"""The parameters of a new project: all that can be said of it, and what PIX4D would not take of that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
)

from ...core.translation import tr
from ...providers.pix4d.records import BILLING_MODELS, PROJECT_TYPES, NewProject
from ..parameters.plain import advanced, helped, moment, string
from .project_system import declare_system, system_members, system_problems

NAME, TYPE, BILLING, ACQUIRED, EMAIL = "NAME", "PROJECT_TYPE", "BILLING_MODEL", "ACQUISITION_DATE", "EMAIL"
OWNER = "OWNER"
LONGEST_NAME = 100


def declare(algorithm: Any) -> None:
    """Declare the parameters of a new project, the name first."""
    words = tr("At most 100 characters, without a slash.")
    algorithm.addParameter(string(NAME, tr("Name"), words, optional=False))
    declare_system(algorithm)
    algorithm.declare_parent()
    types = QgsProcessingParameterEnum(
        TYPE, tr("Type of project"), list(PROJECT_TYPES), usesStaticStrings=True, optional=True
    )
    algorithm.addParameter(advanced(helped(types, tr("Empty: that of your preferred product."))))
    billing = QgsProcessingParameterEnum(
        BILLING, tr("Billing model"), list(BILLING_MODELS), usesStaticStrings=True, optional=True
    )
    words = tr("By which licence the processing is paid. Empty: the platform chooses. One that the account lacks is"
               " refused.")
    algorithm.addParameter(advanced(helped(billing, words)))
    algorithm.addParameter(advanced(moment(ACQUIRED, tr("Acquired at"))))
    mail = QgsProcessingParameterBoolean(EMAIL, tr("E-mail when processing ends"), defaultValue=False)
    algorithm.addParameter(advanced(helped(mail, tr("The platform itself would send one."))))
    words = tr("Uuid of the organisation that is to own it. Empty: that of the place where it is created.")
    algorithm.addParameter(advanced(string(OWNER, tr("Owner"), words)))


def problems(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> Iterator[str]:
    """What PIX4D would not take, as sentences."""
    yield from name_problems(algorithm.text(parameters, NAME, context))
    yield from system_problems(algorithm, parameters, context)
    yield from algorithm.unknown(parameters, TYPE, BILLING)
    yield from algorithm.unreadable(parameters, context, ACQUIRED)


def details(algorithm: Any, parameters: dict[str, Any], context: QgsProcessingContext) -> NewProject:
    """What is sent. Asks the platform for the uuid of the site, or for the organization."""
    from ...providers.pix4d.flows.photo_upload import details_of

    return details_of(
        algorithm.text(parameters, NAME, context),
        project_type=algorithm.chosen(parameters, TYPE, context),
        billing_model=algorithm.chosen(parameters, BILLING, context),
        acquisition_date=algorithm.moment(parameters, ACQUIRED, context),
        processing_email_notification=algorithm.parameterAsBoolean(parameters, EMAIL, context),
        owner_uuid=algorithm.text(parameters, OWNER, context),
        **system_members(algorithm, parameters, context),
        **algorithm.parent(parameters, context),
    )


def name_problems(name: str) -> Iterator[str]:
    """What PIX4D would not take of a project's name (notes, section 9)."""
    if not name:
        yield tr("The project has no name. Give one.")
    elif len(name) > LONGEST_NAME:
        yield tr("The name has {count} characters; at most {most} are allowed.").format(
            count=len(name), most=LONGEST_NAME
        )
    if "/" in name or name.startswith("-"):
        yield tr("The name of a project has no slash and does not begin with a dash.")
