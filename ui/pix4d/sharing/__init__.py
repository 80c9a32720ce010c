"""Share links of a project or site: a window to make them, copy them and take them back."""
