"""Pixxel: one algorithm per thing that a user would ask the platform for.

To add algorithms, write a module beside this one with classes of :class:`.common.PixxelAlgorithm` (``called``,
``kind``; see ``projects.py``) and put these into the list below, in the order of the toolbox. Choices are declared by
the functions of ``common``. What an algorithm changes in the Hub's tree is told in ``ui/pixxel/changes.py``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS: tuple[str, ...] = (
    # projects
    "projects:ListProjects",
    "projects:GetProject",
    "projects:Ping",
    # satellites and archive
    "satellites:ListSatellites",
    "satellites:SearchScenes",
    "archive:SearchArchive",
    "archive:ListCollections",
    "archive:ListCollectionItems",
    "archive:GetCollection",
    "archive:GetScene",
    # orders
    "ordering:OrderTasking",
    "ordering:OrderArchive",
    "orders:ListBandsets",
    "orders:ListOrders",
    "orders:ListOrderItems",
    "orders:GetOrderItem",
    "orders:GetOrder",
    "orders:OrderReport",
    # catalog
    "catalog:SearchCatalog",
    "catalog:DownloadCatalog",
    "catalog:GetCatalogEntry",
    # deliveries and stores
    "stores:Deliver",
    "stores:ListDeliveries",
    "stores:CreateStore",
    "stores:ListStores",
    "stores:DeleteStore",
    # areas of interest
    "aois:CreateAoi",
    "aois:CreateAois",
    "aois:ListAois",
    "aois:GetAoi",
    "assets:ListAssets",
    "assets:DownloadAssets",
    # indices and visualizations
    "indices:ListIndices",
    "indices:CreateIndex",
    "visualizations:CreateVisualization",
    "visualizations:ListVisualizations",
    "legends:ListLegend",
    "legends:EditLegend",
    "legends:ResetLegend",
    "renders:DownloadPicture",
    "renders:DownloadStyle",
    # insights
    "blocks:ListBlocks",
    "blocks:ListBlockVersions",
    "blocks:GetBlock",
    "insights:CreateInsight",
    "insights:ListInsights",
    "insights:DownloadInsight",
    "insights:DeleteInsight",
    # workflows
    "workflows:ListWorkflows",
    "workflows:GetWorkflow",
    "workflows:RunWorkflow",
    "workflows:ListJobs",
    "workflows:GetJob",
    "workflows:DownloadJob",
)
