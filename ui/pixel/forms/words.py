"""Rules for rasters in words, where they are shown and not chosen."""

from __future__ import annotations

from ....core.translation import tr
from ....providers.errors import InputProblem
from ....providers.pixel import raster_rules


def rules_in_words(text: str) -> str:
    """The rules of a JSON text as one line; the text itself where it says something else."""
    try:
        rules = raster_rules.parse(text)
    except InputProblem:
        return text
    bands, sizes = rules.get("num_bands"), rules.get("cell_size")
    parts = [str(rules[name]) for name in ("format", "data_type") if name in rules]
    if bands:
        parts.append(tr("1 band") if bands == 1 else tr("{count} bands").format(count=bands))
    if "srid" in rules:
        parts.append(f"EPSG:{rules['srid']}")
    if sizes:
        parts.append(tr("cells of {width} × {height}").format(width=f"{sizes[0]:.10g}", height=f"{sizes[1]:.10g}"))
    return ", ".join(parts)
