"""A fake of Google's token endpoint, Directory API and Reports API, in front of a directory of ours."""

from harness.directory_api.faults import ApiFault
from harness.directory_api.server import DirectoryApi

__all__ = ["ApiFault", "DirectoryApi"]
