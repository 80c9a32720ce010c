"""Makes the pages that the button "Help" opens, docs/help/*.html, from the user guide, docs/user/*.md.

Usage: .venv/bin/python tools/make_help.py [--check]

The plugin carries the pages and the pictures, since help has to open without a network. A link to a page that the
plugin does not carry becomes its text. ``--check`` writes nothing and fails when a page is not what it would be.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "user"
HELP = ROOT / "docs" / "help"

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} - Imagery Hub</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
<nav>{navigation}</nav>
<main>
{body}</main>
</body>
</html>
"""
STYLE = """body { font: 16px/1.5 sans-serif; color: #222; background: #fff; margin: 0; }
nav { background: #f2f5f7; border-bottom: 1px solid #d5dde2; padding: 0.6em 1.5em; }
nav a { margin-right: 1.2em; }
nav a[aria-current] { color: #222; font-weight: bold; text-decoration: none; }
main { max-width: 60em; padding: 0 1.5em 4em; }
a { color: #0b62a4; }
h1, h2, h3 { line-height: 1.25; }
h2 { border-bottom: 1px solid #d5dde2; margin-top: 2em; padding-bottom: 0.2em; }
h3 { margin-top: 2em; }
img { border: 1px solid #b8c4cb; height: auto; max-width: 100%; }
table { border-collapse: collapse; margin: 1em 0; }
th, td { border: 1px solid #d5dde2; padding: 0.3em 0.6em; text-align: left; vertical-align: top; }
th { background: #f2f5f7; }
code { background: #f2f5f7; font-size: 90%; padding: 0.1em 0.25em; }
pre { background: #f2f5f7; overflow-x: auto; padding: 0.8em 1em; }
pre code { padding: 0; }
"""
#: The order of the navigation; the rest follows by name.
ORDER = ("index", "first-steps", "main-job", "photos", "layers", "jobs", "trouble", "picterra", "pix4d",
         "jobs-connections-analysis")


def guide() -> list[Path]:
    """The pages of the guide in the order of the navigation."""
    rank = {name: number for number, name in enumerate(ORDER)}
    return sorted(GUIDE.glob("*.md"), key=lambda page: (rank.get(page.stem, len(rank)), page.stem))


def title_of(page: Path) -> str:
    return page.read_text("utf-8").partition("\n")[0].lstrip("# ")


def anchor(heading: str) -> str:
    """The anchor of a heading, as the usual renderers make it."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def carried(target: str) -> str:
    """A link of the guide as it is in the help; empty when it leads to something that the plugin does not carry."""
    if re.match(r"[a-z]+:", target) or target.startswith("#"):
        return target
    name, _, place = target.partition("#")
    if not (GUIDE / name).resolve().is_relative_to(GUIDE) or not name.endswith(".md"):
        return target if name.startswith("../pictures/") else ""
    return f"{name.removesuffix('.md')}.html{'#' + place if place else ''}"


def rewrite(tokens: list[Token]) -> None:
    """Give headings their anchors and links their new ends; drop the links that lead out of the plugin."""
    for number, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[number + 1].content))
        dropped = False
        for child in token.children or ():
            if child.type == "link_open":
                there = carried(str(child.attrGet("href")))
                dropped = not there
                child.attrSet("href", there)
            if dropped and child.type in ("link_open", "link_close"):
                dropped = child.type == "link_open"
                child.type, child.tag, child.nesting, child.content = "text", "", 0, ""


def render(page: Path, pages: list[Path]) -> str:
    """One page as HTML."""
    markdown = MarkdownIt("commonmark", {"html": True}).enable("table")
    tokens = markdown.parse(page.read_text("utf-8"))
    rewrite(tokens)
    body = markdown.renderer.render(tokens, markdown.options, {})
    here = ' aria-current="page"'
    links = [f'<a href="{one.stem}.html"{here if one == page else ""}>{title_of(one)}</a>' for one in pages]
    return PAGE.format(title=title_of(page), navigation="\n".join(links), body=body)


def made() -> dict[Path, str]:
    """Every file of the help with its text."""
    pages = guide()
    return {HELP / "style.css": STYLE, **{HELP / f"{page.stem}.html": render(page, pages) for page in pages}}


def main() -> int:
    wanted = made()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    stale += [path for path in HELP.glob("*") if path not in wanted]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not up to date: run `make docs`.")
        return 1 if stale else 0
    HELP.mkdir(exist_ok=True)
    for path in stale:
        path.unlink(missing_ok=True)
    for path, text in wanted.items():
        path.write_text(text, "utf-8")
    print(f"help: {len(stale)} of {len(wanted)} files written anew")
    return 0


if __name__ == "__main__":
    sys.exit(main())
