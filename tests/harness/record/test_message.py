from __future__ import annotations

from harness.record.message import path_of, render_json, render_query


def test_a_half_of_a_surrogate_pair_is_sent_all_the_same() -> None:
    assert render_json({"value": "\ud800"}) == b'{"value":"\\ud800"}'
    assert path_of("Users", "\ud800") == "/Users/%ED%A0%80"
    assert render_query((("filter", "\ud800"),)) == "filter=%ED%A0%80"
