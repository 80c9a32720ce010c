"""Who am I (section 23)."""

from __future__ import annotations

from ...platform import Answer, Call
from ..registry import operation
from ..world import World


@operation("getCurrentUser")
def get_current_user(world: World, call: Call) -> Answer:
    """The user behind the token."""
    user, models = call.account.user, call.account.billing_models
    return Answer(200, {
        "uuid": user.uuid, "first_name": user.first_name, "last_name": user.last_name, "email": user.email,
        "preferred_units": user.units, "is_staff": False, "is_partner": False, "solution": "pro",
        "license_per_solution_summary": {"pro": "OK" if models else "NONE", "bim": "OK", "ag": "NONE",
                                         "model": "NONE", "inspection": "OTC_EXPIRED"},
        "is_confirmed": True, "preferred_language": "en", "country": "CH", "city": "Lausanne",
        "preferred_theme": "dark", "default_organization": user.organization, "is_eum_enabled": True,
        "is_free_domain": False})
