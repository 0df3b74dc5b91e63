"""The Google Workspace pull: read the directory and bring the account in line with it."""
