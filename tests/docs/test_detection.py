"""The page of detection is what the record of the mutants gives, and every mutant that was missed has been read."""

from __future__ import annotations

from tests.mutants.operators import Site
from tests.mutants.record import Reading, read_readings, read_seeds
from tests.mutants.sample import ROOMS
from tests.mutants.trial import Fate
from tools.detection import PAGE, all_fates, page, unread

KILLED = Fate("bridge_ref/scim/x.py:1:constant:0", "True turned", "killed", "protocol/test_x.py::test_y", ("RFC1",))
MISSED = Fate("bridge_ref/http/y.py:2:condition:1", "not (a | b)", "survived")
HIDDEN = Fate("bridge_ref/http/y.py:3:condition:2", "not (c)", "unreached")
DEAD = Fate("bridge_ref/http/y.py:4:condition:3", "not (d)", "dead")
FATES = {fate.name: fate for fate in (KILLED, MISSED, HIDDEN, DEAD)}
READINGS = (
    Reading("unseen", True, "Nobody looks.", (MISSED.name,)),
    Reading("speed", False, "A cache.", (HIDDEN.name,)),
)


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(read_seeds(), read_readings())


def test_every_mutant_that_was_missed_has_been_read() -> None:
    assert unread(all_fates(read_seeds()), read_readings()) == []


def test_no_reading_is_of_a_mutant_that_was_never_missed() -> None:
    fates = all_fates(read_seeds())

    read = [name for each in read_readings() for name in each.mutants]
    assert len(read) == len(set(read))
    assert [name for name in read if fates[name].outcome not in ("survived", "unreached")] == []


def test_two_seeds_spread_over_all_rooms_were_tried() -> None:
    seeds = read_seeds()

    assert len(seeds) >= 2
    assert len(all_fates(seeds)) >= 600
    assert {name.split("/")[1] for name in all_fates(seeds)} == set(ROOMS)
    assert not [fate for fate in all_fates(seeds).values() if fate.outcome in ("timeout", "stumbled")]


def test_the_share_is_of_what_a_client_can_see() -> None:
    text = page({1: FATES}, READINGS)

    assert "| all | 4 | 1 | 1 | 1 | 1 | 50.0 % |" in text
    assert "| http | 3 | 0 | 1 | 1 | 1 | 0.0 % |" in text
    assert f"- `{MISSED.name}` not (a \\| b)" in text


def test_what_nobody_has_read_is_named() -> None:
    assert unread(FATES, READINGS[:1]) == [HIDDEN.name]


def test_a_mutant_is_named_by_its_place() -> None:
    assert Site("bridge_ref/scim/x.py", 3, 7, "constant", "").name == "bridge_ref/scim/x.py:7:constant:3"
