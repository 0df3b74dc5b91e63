"""Google Workspace: the bridge pulls a directory API, and brings the account in line with it."""
