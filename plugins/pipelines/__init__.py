"""What each pipeline has of its own: one ``Pipeline`` (plugins/runs.py) a module."""
