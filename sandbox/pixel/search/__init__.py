"""The search of the sandbox's Geodata Pixel (section 11): a SQLite database with an R-tree, filled from the state.

* :mod:`.fields` — what can be searched, and the type of each member;
* :mod:`.filters` — the filter language as SQL;
* :mod:`.database` — tables, and the query itself;
* :mod:`.rows` — the state as rows.

This package knows nothing of HTTP, except that what it refuses is a :class:`~sandbox.errors.Refusal`.
"""
