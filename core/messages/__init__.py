"""From kind and facts to whole translated sentences: what happened, and what to do next.

``sentence`` gives plain text; ``rich_sentence`` the same with markup escaped, for widgets that read rich text. What a
platform said and names made elsewhere are quoted as data.
"""

from __future__ import annotations

from .failures import clean, rich_sentence, sentence
from .progress import progress_text

__all__ = ["clean", "progress_text", "rich_sentence", "sentence"]
