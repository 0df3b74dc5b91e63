"""Forms: accepted senders and origins."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bridge_ref.bench import everything, group_id, member_path
from tests.bridge_ref.pages import Reader, alert
from tests.bridge_ref.world import Reply, World


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.parametrize("path", ["/app", "/app/status", "/app/style.css"])
def test_pages_take_no_other_method(bench: World, method: str, path: str) -> None:
    refused = bench.send_raw(method, path)

    assert refused.status == 405
    assert refused.headers["allow"].startswith("GET, HEAD")


ACTS: list[tuple[str, dict[str, str]]] = [
    ("members/{ada}/suspend", {}),
    ("members/{ada}/delete", {"sure": "yes"}),
    ("groups/{design}/add", {}),
    ("groups/{design}/delete", {"sure": "yes"}),
    ("mail/1/follow", {}),
    ("settings/provisioning", {"on": "no"}),
    ("settings/domains", {"domains": "example.org"}),
    ("settings/notification", {"address": "ops@example.com"}),
    ("credentials/rotate", {"overlap": "1h"}),
    ("clock/advance", {"time": "1h"}),
    ("clock/reset", {"sure": "yes"}),
    ("google/groups", {"group": "sales@example.com", "sure": "yes"}),
    ("google/confirm", {"digest": "4711", "sure": "yes"}),
    ("nothing", {}),
]


def send_act(reader: Reader, world: World, act: tuple[str, dict[str, str]], form_token: str, *headers: Any) -> Reply:
    ada, design = world.member("ada@example.com")["id"], group_id(world, "Design")
    return reader.post_with(form_token, act[0].format(ada=ada, design=design), act[1], *headers)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act[0])
@pytest.mark.parametrize("token", ["reading-token", "monitor-token"])
def test_acts_take_a_full_token(bench: World, act: tuple[str, dict[str, str]], token: str) -> None:
    """SEC-11, SEC-21."""
    reader, before = Reader(bench, token), everything(bench)

    refused = send_act(reader, bench, act, reader.form_token())

    assert (refused.status, alert(refused)) == (403, "This token only reads: acts need a full one.")
    assert (everything(bench), bench.service.clock.offset_ms) == (before, 0)


@pytest.mark.parametrize("act", [*ACTS, ("log-out", {})], ids=lambda act: act[0])
def test_a_form_of_somebody_else_does_nothing(ada: Reader, bench: World, act: tuple[str, dict[str, str]]) -> None:
    other, before = Reader(bench).form_token(), everything(bench)

    refused = [send_act(ada, bench, act, each) for each in ("", "wrong", "ä", other)]

    assert [(each.status, alert(each)[:24]) for each in refused] == [(403, "This form is none of you")] * 4
    assert (everything(bench), ada.get("status").status) == (before, 200)


FOREIGN = (
    ("origin", "https://evil.example"),
    ("origin", "null"),
    ("origin", "https://bridge.example.evil.example"),
    ("origin", "https://bridge.example:8443"),
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
)


@pytest.mark.parametrize("act", [*ACTS, ("log-out", {})], ids=lambda act: act[0])
def test_a_form_on_another_site_does_nothing(ada: Reader, bench: World, act: tuple[str, dict[str, str]]) -> None:
    form_token, before = ada.form_token(), everything(bench)

    refused = [send_act(ada, bench, act, form_token, header) for header in FOREIGN]

    assert {(each.status, alert(each)) for each in refused} == {(403, "This form was sent by a page of another site.")}
    assert (everything(bench), ada.get("status").status) == (before, 200)


def test_nobody_signs_in_from_another_site(bench: World) -> None:
    headers = (("origin", "https://evil.example"), ("host", "bridge.example"))

    assert bench.send_raw("POST", "/app", "", headers, b"token=right-token").status == 403


@pytest.mark.parametrize("origin", ["https://bridge.example", "http://bridge.example"])
def test_a_form_of_ours_is_known_by_its_host(ada: Reader, bench: World, origin: str) -> None:
    done = ada.post(
        member_path(bench, "ada@example.com", "suspend"), {}, ("origin", origin), ("sec-fetch-site", "same-origin")
    )

    assert done.status == 303


def test_whoever_has_not_signed_in_does_nothing(bench: World) -> None:
    reader, before = Reader(bench, None), everything(bench)

    statuses = {send_act(reader, bench, act, "").status for act in ACTS}

    assert (statuses, everything(bench)) == ({401}, before)
