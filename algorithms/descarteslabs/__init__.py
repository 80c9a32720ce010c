"""The Descartes Labs catalog: one algorithm per thing that a user would ask it for.

To add algorithms, write a module beside this one with classes of :class:`.common.CatalogAlgorithm` and put these into
the list below, in the order of the toolbox. What an algorithm changes in the Hub's tree is told in
``ui/descarteslabs/nodes.py``, ``CHANGES``.
"""

from __future__ import annotations

#: ``module:Class`` of each algorithm, in the order of the toolbox.
ALGORITHMS: tuple[str, ...] = (
    # products
    "products:ListProducts",
    "products:AddProduct",
    "layer_product:LayerToProduct",
    "products:ChangeProduct",
    "products:ReplaceProduct",
    "removal:RemoveProduct",
    "removal:FollowRemoval",
    "products:GetProduct",
    # bands
    "bands:ListBands",
    "bands:AddBand",
    "bands:ChangeBand",
    "bands:ReplaceBand",
    "bands:RemoveBands",
    "bands:GetBand",
    "bands:ListDerivedBands",
    # images
    "search:SearchImages",
    "search:SummariseImages",
    "images:AddImage",
    "image_entries:AddImages",
    "images:ChangeImage",
    "images:ReplaceImage",
    "images:RemoveImages",
    "images:GetImage",
    "search:GetImages",
    # uploads
    "uploads:UploadImages",
    "upload_arrays:UploadArray",
    "upload_results:ListUploads",
    "upload_results:GetUpload",
    # pixels
    "pixels:FetchPixels",
    # stored objects
    "storage:ListStored",
    "storage:DownloadStored",
    "storage:UploadStored",
    "storage:RemoveStored",
)
