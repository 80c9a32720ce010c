"""What the platform says of an order before it is placed: its price, what makes it dearer, and if it is possible."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProcessingFeedback

from ...core.problems import Problem
from ...core.translation import tr


def tell(priced: Any, tokens: float | None, feedback: QgsProcessingFeedback) -> None:
    """Tell it line by line; where there are several order items, of which of them."""
    items = priced.get("order_items") or ()
    for number, one in enumerate(items, 1):
        which = tr("Order item {number}: ").format(number=number) if len(items) > 1 else ""
        if which and one.get("final_amount") is not None:
            words = tr("Order item {number}, {name}: {tokens} tokens for {area} km².")
            feedback.pushInfo(words.format(
                number=number, name=one.get("name") or tr("without a name"), tokens=plain(one["final_amount"]),
                area=plain(area_of({"order_items": [one]})),
            ))
        for uplift in one.get("uplifts") or ():
            words = tr("{title}: {percentage} % more, {amount} tokens.")
            feedback.pushInfo(which + words.format(
                title=uplift.get("title") or tr("Uplift"), percentage=uplift.get("percentage") or 0,
                amount=plain(uplift.get("amount") or 0),
            ))
        doubt = {
            "FAILED": tr("The platform says that this tasking is not possible."),
            "WEAK_SUCCESS": tr("The platform says that this tasking is possible with little room only."),
        }.get(one.get("feasibility_status") or "")
        if doubt:
            feedback.pushWarning(which + doubt)
    if tokens is None:
        feedback.pushWarning(tr("The platform does not tell the price."))
    else:
        words = tr("The price is {tokens} tokens for {area} km².")
        feedback.pushInfo(words.format(tokens=plain(tokens), area=plain(area_of(priced))))


def check(tokens: float | None, most: float | None) -> None:
    """Raise :class:`Problem` where the price is not told, or higher than the greatest that was given."""
    if tokens is None:
        raise Problem(tr(
            "The platform does not tell the price, so nothing was ordered. Try again later, or order in Pixxel's"
            " console, where the price is shown."
        ))
    if most is not None and tokens > most:
        words = tr("The price is {tokens} tokens, more than the {most} that you gave. Nothing was ordered.")
        raise Problem(words.format(tokens=plain(tokens), most=plain(most)))


def plain(amount: Any) -> str:
    """An amount with all its digits, as a price has to be told; text as the platform gives it."""
    return f"{amount:.12g}" if isinstance(amount, (int, float)) else str(amount)


def area_of(order: Any) -> float:
    """Square kilometres of all items."""
    areas = (one.get("area") for one in order.get("order_items") or ())
    return float(sum(one for one in areas if isinstance(one, (int, float)) and not isinstance(one, bool)))
