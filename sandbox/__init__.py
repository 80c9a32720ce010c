"""The platforms on your own machine: a local server that imitates them as the API notes describe.

Started by ``python -m sandbox``.
"""
