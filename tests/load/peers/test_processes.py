"""Processor time, memory and descriptions of machines, read from literal /proc files."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadtests.peers import processes
from loadtests.peers.machine import parse_memory_gib, parse_model
from loadtests.peers.processes import group_anonymous_kb, group_cpu_s, parse_anonymous_kb, parse_stat

STAT = "41 (a (b) c) S 1 40 40 0 -1 4194560 600 0 0 0 120 30 5 1 20 0 1 0 200 500 100"
STATUS = "Name:\tbridge\nVmRSS:\t   9000 kB\nRssAnon:\t   4200 kB\nRssFile:\t   4800 kB\n"


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two processes of group 40, one of another, and what else stands there."""
    monkeypatch.setattr(processes, "_TICKS_PER_S", 100)
    for pid, group in (("41", "40"), ("42", "40"), ("43", "43")):
        (tmp_path / pid).mkdir()
        (tmp_path / pid / "stat").write_text(STAT.replace(" 40 40 ", f" {group} 40 "), encoding="utf-8")
        (tmp_path / pid / "status").write_text(STATUS, encoding="utf-8")
    (tmp_path / "44").mkdir()
    (tmp_path / "meminfo").write_text("", encoding="utf-8")
    return tmp_path


def test_a_name_may_hold_brackets_and_spaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "_TICKS_PER_S", 100)

    assert parse_stat(STAT) == (40, 1.56)


def test_the_processes_of_a_group_are_added_up(proc: Path) -> None:
    assert group_cpu_s(40, proc) == pytest.approx(3.12)
    assert group_anonymous_kb(40, proc) == 8400


def test_a_process_that_is_ending_has_no_memory() -> None:
    assert parse_anonymous_kb("Name:\tbridge\nState:\tZ (zombie)\n") == 0


def test_a_machine_is_described() -> None:
    assert parse_model("processor\t: 0\nmodel name\t: Example 9000\nmodel name\t: Example 9000\n") == "Example 9000"
    assert parse_model("processor\t: 0\n") == "of an unknown model"
    assert parse_memory_gib("MemTotal:       8388608 kB\nMemFree: 1 kB\n") == 8.0
