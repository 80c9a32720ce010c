"""Jobs that stopped: listing them and taking them up again."""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = (
    "listing:ListJobs",
    "resume:ResumeJob",
)
