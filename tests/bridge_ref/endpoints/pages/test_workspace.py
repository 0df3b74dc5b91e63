"""The page about a pull."""

from __future__ import annotations

from tests.bridge_ref.pages import Reader, actions, alert, fields_of, text
from tests.bridge_ref.world import World


def test_a_preview_tells_who_would_be_suspended_first(ada: Reader) -> None:
    """SEED-21."""
    shown = text(ada.get("google/preview"))

    assert "Address Why ada@example.com in none of the groups Waits for confirmation" in shown
    assert shown.index("Would be suspended") < shown.index("Would leave groups") < shown.index("Would be done")
    assert "Could not be read" not in shown


def test_losses_are_confirmed_by_their_digest(ada: Reader, bench: World) -> None:
    (digest,) = fields_of(ada.get("google/preview").body)["digest"]

    done = ada.post("google/confirm", {"digest": digest, "sure": "yes"})

    assert done.headers["location"] == "/app/google?done=losses"
    assert bench.service.pull.confirmed == [4711]  # type: ignore[union-attr]


def test_groups_of_the_directory_are_chosen(ada: Reader, bench: World) -> None:
    assert "Staff staff@example.com" in text(ada.get("google/groups"))

    both = ["sales@example.com", "staff@example.com"]
    shown = ada.get("google/preview?group=sales%40example.com&group=staff%40example.com")
    assert "These groups are not chosen yet sales@example.com, staff@example.com" in text(shown)
    assert actions(shown) == {"/app/log-out", "/app/google/groups"}
    assert fields_of(shown.body)["group"] == both
    assert "not chosen yet" not in text(ada.get("google/preview?group=staff%40example.com"))
    assert bench.service.pull.asked == [tuple(both), ("staff@example.com",)]  # type: ignore[union-attr]

    done = ada.post("google/groups", {"group": both, "sure": "yes"})

    assert done.headers["location"] == "/app/google?done=groups"
    assert bench.service.pull.groups == ("sales@example.com", "staff@example.com")  # type: ignore[union-attr]
    assert "sales@example.com" in ada.get("google").body


def test_a_directory_that_cannot_be_read_is_told(ada: Reader, bench: World) -> None:
    bench.service.pull.is_down = True  # type: ignore[union-attr]

    assert alert(ada.get("google/preview")) == "There is no preview: page 2 was missing"
    refused = ada.get("google/groups")
    assert (refused.status, alert(refused)) == (409, "the directory is not there")
