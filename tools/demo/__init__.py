"""The demo: the plugin's main job on a real image."""
