"""The health monitor: a separate process that polls a bridge and mails when it fails."""
