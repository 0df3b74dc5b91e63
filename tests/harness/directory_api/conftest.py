"""The fixtures of this folder."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from harness.clock import ManualClock
from harness.directory.directory import Directory
from harness.directory_api import DirectoryApi
from harness.directory_api.tokens import ServiceAccount


@pytest.fixture(scope="module")
def account() -> ServiceAccount:
    return ServiceAccount.make()


@pytest.fixture
def directory() -> Directory:
    made = Directory(1, "marigold.example", "t")
    design, sales = made.form_group("Design"), made.form_group("Sales")
    made.hire("Ada", design)
    made.hire("Grace", design, sales)
    made.hire("Alan")
    made.nest(sales, design)
    return made


@pytest.fixture
def api(directory: Directory, account: ServiceAccount) -> Iterator[DirectoryApi]:
    with DirectoryApi(directory, account=account, clock=ManualClock(time.time())) as served:
        yield served
