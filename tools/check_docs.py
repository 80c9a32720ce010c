"""Checks README and docs: every link to a file leads to one, every picture is there, every anchor has its heading.

Usage: .venv/bin/python tools/check_docs.py [ROOT]; prints one line for each fault, exit code 1 when there is one.
Addresses on the web are not asked for.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def pages(root: Path) -> list[Path]:
    return [*sorted(root.glob("*.md")), *sorted((root / "docs").rglob("*.md"))]


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, made as the usual renderers make them."""
    headings = HEADING.findall(CODE.sub("", page.read_text("utf-8")) if page.suffix == ".md" else "")
    return {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}


def broken(page: Path) -> Iterator[str]:
    for target in LINK.findall(CODE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        place = (page.parent / name) if name else page
        if not place.exists():
            yield f"{page}: {target} leads nowhere"
        elif anchor and place.suffix == ".md" and anchor not in anchors(place):
            yield f"{page}: {target}: no such heading"


def check(root: Path) -> list[str]:
    """All broken links below the root."""
    return [line for page in pages(root) for line in broken(page)]


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = check(root)
    print("\n".join(found) or f"docs: {len(pages(root))} pages, every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
