"""The people and groups of the project."""
