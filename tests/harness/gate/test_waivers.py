"""Reading a waiver file: what is right, and one clear line with the place for all that is not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from harness.catalogue.requirement import load_catalogue
from harness.errors import UsageError
from harness.gate.waivers import Waiver, read_waivers

GOOD = """
[[waiver]]
requirement = "RFC7644-3.3-12"
reason = "the proxy drops it"
owner = "ada@example.com"
expires = 2027-03-31
"""


def read(path: Path, text: str | bytes) -> tuple[Waiver, ...]:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_waivers(path, load_catalogue())


def test_a_waiver_says_what_why_who_and_until_when(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path / "w.toml", GOOD)

    assert (waiver.kind, waiver.name, waiver.row) == ("requirement", "RFC7644-3.3-12", "RFC7644-3.3-12")
    assert (waiver.reason, waiver.owner) == ("the proxy drops it", "ada@example.com")
    assert waiver.expires == date(2027, 3, 31)
    assert waiver.place.endswith("w.toml, line 2")


def test_a_cause_or_a_finding_is_named_by_its_fingerprint(tmp_path: Path) -> None:
    text = GOOD.replace('requirement = "RFC7644-3.3-12"', 'cause = "RFC7644-3.3-12/7f3e7dead7"')

    (waiver,) = read(tmp_path / "w.toml", text)

    assert (waiver.kind, waiver.row) == ("cause", "RFC7644-3.3-12")


def test_an_empty_file_waives_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "w.toml", "") == ()


def test_the_last_day_counts_whole(tmp_path: Path) -> None:
    (waiver,) = read(tmp_path / "w.toml", GOOD)

    assert not waiver.has_expired(date(2027, 3, 31))
    assert waiver.has_expired(date(2027, 4, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("3.3-12", "3.3-99"), "line 2: there is no requirement 'RFC7644-3.3-99'; did you mean"),
        (GOOD.replace("owner", "ower"), "line 2: unknown key 'ower'; did you mean owner"),
        (GOOD.replace('owner = "ada@example.com"', ""), 'line 2: owner is missing or no text; write owner = "…"'),
        (GOOD.replace('"the proxy drops it"', '" "'), "line 2: reason is missing or no text"),
        (
            GOOD.replace('"the proxy drops it"', f'"{"a" * 2001}"'),
            "line 2: reason has 2001 characters",
        ),
        (GOOD.replace("expires = 2027-03-31", 'expires = "soon"'), "line 2: expires is missing or no date; write"),
        (GOOD.replace("2027-03-31", "2027-03-31T00:00:00Z"), "line 2: expires is missing or no date; write"),
        (GOOD.replace("requirement", "cause"), "line 2: 'RFC7644-3.3-12' is no fingerprint of a cause"),
        (
            GOOD + 'finding = "RFC7644-3.3-12/7f3e7dead7"',
            "line 2: name one of requirement, cause, finding; 2 ",
        ),
        (GOOD + GOOD, "line 8: RFC7644-3.3-12 is waived already in "),
        ("waivers = []", "unknown key 'waivers'; each waiver is a table [[waiver]]"),
        ("waiver = 3", "begin each waiver with a line [[waiver]]"),
        ('schema = "bridgecheck/waivers/2"', "is of another version: its schema is 'bridgecheck/waivers/2'"),
        ('schema = "bridgecheck/report/1"', "is of another kind"),
        (GOOD[:60], "line 4: this is not TOML: Unterminated string"),
        (GOOD.encode().replace(b"proxy", b"pr\xf6xy"), "line 4: this is not UTF-8"),
        (b"#" * 4_000_001, "is larger than 4 MB: give the right file"),
        ("a = " + "[" * 100_000, "is not TOML that can be read: it nests too deep"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path / "w.toml", text)

    assert said in str(error.value)
    assert str(tmp_path / "w.toml") in str(error.value)
    assert "\n" not in str(error.value)


def test_hostile_text_is_shown_as_an_escape(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        read(tmp_path / "w.toml", GOOD.replace("RFC7644-3.3-12", "\\u001b[31mred"))

    assert "\x1b" not in str(error.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read: No such file or directory"):
        read_waivers(tmp_path / "none.toml", load_catalogue())
