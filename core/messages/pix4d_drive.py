"""Sentences about the drive, sites, sharing and access of PIX4D."""

from __future__ import annotations

from ..translation import tr


def inputs() -> dict[str, str]:
    """``InputProblem``: ``facts["problem"]`` to a sentence."""
    return {
        "no_organization": tr(
            "The platform does not tell which organisation the account belongs to. Choose one, or give its uuid in the"
            " connection, under Settings > Options > Imagery Hub."
        ),
        "no_uuid": tr("The platform gave no uuid of it, by which the drive knows it. Try again later."),
        "no_share": tr(
            "There is no share link “{share}” of it. Look at “List share links” and choose one of those that are there."
        ),
        "role_not_assignable": tr("The role {role} cannot be given here. Choose one of these: {roles}."),
        "member_not_found": tr(
            "“{member}” has no access here of its own. Look at “List access” and choose one of those."
        ),
    }
