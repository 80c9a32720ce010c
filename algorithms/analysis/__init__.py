"""What is done with results on this computer: comparison with ground truth, a summary, bundles that were downloaded.

No platform is asked.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS = (
    "comparison:CompareWithTruth",
    "summary:WriteSummary",
    "bundles:OpenBundle",
)
