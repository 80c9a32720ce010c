"""Who sees a project, site or folder: share links, and people with access. A window for each."""
