"""The verdicts on the reference bridge are the same in other people's circumstances, here in smaller ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.circumstances.compare import Judged, differences, judged_in
from tests.circumstances.servers import CIRCUMSTANCES, Delay, Limit, Serve, behind, filled

pytestmark = pytest.mark.slow

SMALLER: dict[str, Serve] = {
    "populated": lambda folder: filled(folder, 1_000, 100),
    "limited": lambda folder: behind(folder, Limit(150)),
    "slow": lambda folder: behind(folder, Delay(0.02)),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """The verdicts where nothing is special."""
    return judged_in("plain", tmp_path_factory.mktemp("plain"), [])


def test_the_plain_run_is_a_whole_one_without_a_red_row(plain: Judged) -> None:
    assert plain.exit_code == 0
    assert sum(verdict == "pass" for verdict in plain.rows.values()) > 250
    assert not [rid for rid, verdict in plain.rows.items() if verdict in ("fail", "error")]


@pytest.mark.parametrize("name", [name for name in CIRCUMSTANCES if name != "plain"])
def test_a_circumstance_changes_no_verdict(plain: Judged, tmp_path: Path, name: str) -> None:
    assert differences(plain, judged_in(name, tmp_path, [], SMALLER.get(name))) == []
