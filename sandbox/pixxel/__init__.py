"""Pixxel in the sandbox: one workspace, its archive, orders, catalog, areas of interest and processing."""
