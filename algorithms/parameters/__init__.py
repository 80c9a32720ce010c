"""Parameters that several algorithms declare: stock QGIS ones, some with a widget of their own in dialogs."""

from __future__ import annotations

from .choice import choice_parameter, lister_of, split_ids
from .connection import connection_parameter
from .job import job_parameter

__all__ = ["choice_parameter", "connection_parameter", "job_parameter", "lister_of", "split_ids"]
