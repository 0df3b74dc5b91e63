"""Links behave like dictionaries, with less memory."""

from __future__ import annotations

import random
import sys

from harness.directory.directory import Directory
from harness.idp.links import Ids, Links, Sent


def test_ids_are_kept_by_key_and_in_order() -> None:
    ids = Ids()
    ids["rp2"], ids["rp1"], ids["ada"] = "second", "first", "by name"

    assert dict(ids) == {"rp1": "first", "rp2": "second", "ada": "by name"}


def test_an_empty_id_and_a_very_long_one_are_ids_too() -> None:
    ids = Ids()
    ids["rp1"], ids["rp2"], ids["rp3"] = "", "x" * 70_000, "ü\ud800"

    assert (ids["rp1"], len(ids["rp2"]), ids["rp3"], len(ids)) == ("", 70_000, "ü\ud800", 3)


def test_a_number_far_away_takes_no_row_of_its_own() -> None:
    ids = Ids()
    ids["rp999999999"] = "far"

    assert ids["rp999999999"] == "far"
    assert sys.getsizeof(ids._text) < 100


def test_ids_behave_like_a_dictionary_over_a_thousand_random_acts() -> None:
    ids, plain, chance = Ids(), dict[str, str](), random.Random(5)

    for _ in range(3_000):
        key = chance.choice(["rp", "sp", "t0", "x-", ""]) + str(chance.randint(0, 40))
        if chance.random() < 0.3:
            assert ids.pop(key, "none") == plain.pop(key, "none")
        else:
            ids[key] = plain[key] = chance.choice(["", "a" * 60_000, "short", key])

    assert dict(ids) == plain
    assert len(ids) == len(plain)
    assert len(ids._text) < 12_000_000


def test_who_was_sent_as_made_is_made_again() -> None:
    directory = Directory.of(people=9)
    sent = Sent(directory.people)
    ada = directory.people["rp9"]
    sent["rp9"] = ada

    assert sent["rp9"] == ada
    assert list(sent) == ["rp9"]
    assert not sent._others


def test_who_was_changed_before_is_kept_as_they_were_sent() -> None:
    directory = Directory.of(people=3)
    links = Links.of(directory)
    ada = directory.rename(directory.people["rp2"], "Ada", "King")
    links.sent["rp2"] = ada
    renamed = directory.rename(ada, "Ada", "Byron")

    assert links.sent["rp2"] == ada
    assert links.has_sent(ada)
    assert not links.has_sent(renamed)


def test_a_change_after_sending_is_seen() -> None:
    directory = Directory.of(people=3)
    links = Links.of(directory)
    ada = directory.people["rp2"]
    links.sent["rp2"] = ada

    assert links.has_sent(ada)
    assert not links.has_sent(directory.rename(ada, "Ada", "King"))
    assert links.sent.pop("rp2") == ada
    assert not links.has_sent(ada)


def test_ids_stand_in_the_order_of_their_people() -> None:
    links = Links(people=Ids())
    links.people.update({"rp10": "a", "rp2": "z", "rp1": "m"})

    assert links.in_order({"z", "a", "stranger", "m"}) == ["m", "z", "a", "stranger"]
