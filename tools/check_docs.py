"""Checks README and docs: every link to a file leads to one, every picture is there, every anchor has its place.

Pictures are below 400 kB, and each is used somewhere. The help that the plugin carries (docs/help) is checked as well.

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
REFERENCE = re.compile(r"<(?:a|img|link)\b[^>]*?\b(?:href|src)=\"([^\"]+)\"")
PLACE = re.compile(r"<[^>]+\bid=\"([^\"]+)\"")
LIMIT_BYTES = 400_000
HEADING = re.compile(r"^#+\s+(.*)$", re.MULTILINE)
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def pages(root: Path) -> list[Path]:
    docs = root / "docs"
    return [*sorted(root.glob("*.md")), *sorted(docs.rglob("*.md")), *sorted(docs.rglob("*.html"))]


def targets(page: Path) -> list[str]:
    """Where the links and pictures of a page lead."""
    text = page.read_text("utf-8")
    return REFERENCE.findall(text) if page.suffix == ".html" else LINK.findall(CODE.sub("", text))


def anchors(page: Path) -> set[str]:
    """The places of a page that can be linked to; those of headings as the usual renderers make them."""
    text = page.read_text("utf-8")
    headings = HEADING.findall(CODE.sub("", text)) if page.suffix == ".md" else []
    named = {re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings}
    return named | set(PLACE.findall(text))


def broken(page: Path) -> Iterator[str]:
    for target in targets(page):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        place = (page.parent / name) if name else page
        if not place.exists():
            yield f"{page}: {target} leads nowhere"
        elif anchor and place.suffix in (".md", ".html") and anchor not in anchors(place):
            yield f"{page}: {target}: no such place"


def check(root: Path) -> list[str]:
    """All broken links below the root, and what is wrong with pictures."""
    found = [line for page in pages(root) for line in broken(page)]
    used = {(page.parent / target).resolve() for page in pages(root) for target in targets(page) if ":" not in target}
    for picture in sorted((root / "docs").rglob("*.png")):
        if picture.stat().st_size >= LIMIT_BYTES:
            found.append(f"{picture} has {picture.stat().st_size} bytes, at most {LIMIT_BYTES}")
        if picture.resolve() not in used:
            found.append(f"{picture} is used nowhere")
    return found


def main() -> int:
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = check(root)
    print("\n".join(found) or f"docs: {len(pages(root))} pages, every link leads somewhere")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
