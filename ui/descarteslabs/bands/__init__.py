"""The table of the bands that a layer becomes, in the dialog of “Add layer as a product”."""
