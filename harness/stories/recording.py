"""Plays a recording again, at any bridge: the same requests, under names of ours and with ids of the bridge."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.record.exchange import RESOURCES, Json, Request
from harness.record.har import RecordedCall
from harness.record.identity import address_of, id_of
from harness.record.journal import Step, exchange_of
from harness.record.message import WRITE_HEADERS, render_json
from harness.stories.names import make_names
from harness.stories.run import Run, TargetLost
from harness.stories.translation import Translation, resources_of
from harness.target.probe import NotOurs

MOST_GIVEN = 500
"""So many resources that were there before are put in place at most."""
SUITE = "recording"


@dataclass(slots=True)
class Played:
    """How a recording went: answers with another status than the recorded one, and what could not be sent."""

    sent: int = 0
    given: int = 0
    guessed: int = 0
    differing: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def play(run: Run, calls: Sequence[RecordedCall], name: str) -> Played:
    """Play a recording to an open run, as one story of that name.

    What the recording takes for given, since it was there before, is put in place first. Ends early, and recorded so,
    where the bridge is lost.
    """
    story, played = f"{SUITE}/{name}", Played()
    names = make_names(run.options, story)
    run.guard.owned.invent(names.run_id)
    translation = Translation(calls, names)
    run.begin(story, "", f"What {name} holds is played again.", (), SUITE)
    outcome, reason = "completed", ""
    try:
        _put_in_place(run, calls, translation, played)
        run.journal.add(Step("the recording is played"))
        for number, call in enumerate(calls, 1):
            _send(run, call, number, translation, played)
    except TargetLost as lost:
        outcome, reason = "target lost", str(lost)
    played.guessed = translation.guessed
    run.look_back()
    run.end(outcome, reason)
    return played


def _put_in_place(run: Run, calls: Sequence[RecordedCall], translation: Translation, played: Played) -> None:
    """Create what was there before the recording began: users first, so that groups can name them."""
    given = list(_given(calls))[:MOST_GIVEN]
    if not given:
        return
    run.journal.add(Step("what the recording takes for given is put in place"))
    for kind in RESOURCES:
        for endpoint, resource in given:
            if endpoint != kind:
                continue
            body = render_json(translation.resource(kind, resource))
            entry = run.send(Request("POST", f"/{kind}", "what was there before", WRITE_HEADERS, body))
            answer = exchange_of(entry)
            if 200 <= answer.status < 300 and id_of(answer.json):
                translation.bind(kind, resource, answer.json)
                played.given += 1


def _given(calls: Sequence[RecordedCall]) -> Iterator[tuple[str, Json]]:
    """Each resource that an answer shows and no request before it created, as it was shown first."""
    known: set[tuple[str, str]] = set()
    for call in calls:
        sent = call.exchange.request
        endpoint, scim_id = address_of(sent.target)
        is_create = sent.method == "POST" and endpoint in RESOURCES and not scim_id
        for kind, resource in resources_of(call):
            key = kind, id_of(resource)
            if key not in known and not is_create and endpoint != "Bulk":
                yield kind, resource
            known.add(key)


def _send(run: Run, call: RecordedCall, number: int, translation: Translation, played: Played) -> None:
    recorded = call.exchange.request
    request = translation.request(recorded)
    words = f"{number}. {request.method} {request.target}"
    try:
        entry = run.send(Request(request.method, request.target, f"recorded {number}", request.headers, request.body))
    except NotOurs as why:
        played.left_out.append(f"{words}: {why}")
        return
    answer = exchange_of(entry)
    played.sent += 1
    if call.status and call.status != answer.status:
        played.differing.append(f"{words}: recorded {call.status}, now {answer.status or answer.lost}")
    with contextlib.suppress(ValueError):
        translation.learn(call, answer)
