from __future__ import annotations

from harness.record.journal import Act, ClockMove, Entry, Event, Observation, Step
from harness.report.page.lane_plot import plot
from harness.report.page.lanes import BEATS, Beat, make_lane
from tests.harness.report.samples import entry, exchange, stated, user

CREATED = exchange(sent=user(), received=user(id="1"))
LOOK = exchange("GET", "/Users", name="observe users", status=200)


def members(state: str) -> Observation:
    return Observation("account.members", state, [{"email": "ada@example.com", "state": state}])


def entries(*events: Event) -> list[Entry]:
    return [entry(event, f"0:{number}", "okta-oin") for number, event in enumerate(events)]


def lane(*events: Event) -> tuple[Beat, ...]:
    story = entries(*events)
    return make_lane(story[-1], story, story[-1], "")


def test_requests_steps_acts_and_clock_moves_become_beats_and_the_last_decides() -> None:
    beats = lane(
        Step("Ada is assigned"), CREATED, Act("sign-up", "ada@example.com"), ClockMove("bridge", 301, True), CREATED
    )

    assert [(beat.kind, beat.text, beat.answer) for beat in beats] == [
        ("step", "Ada is assigned", ""),
        ("send", "POST /Users", "201"),
        ("act", "sign-up ada", ""),
        ("clock", "5 minutes pass", ""),
        ("send", "POST /Users", "201"),
    ]
    assert [beat.decides for beat in beats] == [False, False, False, False, True]
    assert beats[-1].clock == "5:01"


def test_what_was_there_before_is_no_beat_and_a_change_of_state_or_a_new_mail_is_one() -> None:
    mail = [{"seq": 1, "kind": "invitation", "to": "ada@example.com"}]
    beats = lane(
        members("NONE"),
        Observation("account.mail", "a", []),
        CREATED,
        members("INVITED"),
        Observation("account.mail", "b", mail),
        CREATED,
    )

    assert [beat.text for beat in beats] == ["POST /Users", "ada: INVITED", "✉ invitation to ada", "POST /Users"]


def test_looks_of_ours_are_no_beats_unless_one_decides() -> None:
    assert [beat.text for beat in lane(CREATED, LOOK, CREATED)] == ["POST /Users", "POST /Users"]
    assert lane(CREATED, LOOK)[-1].text == "GET /Users"


def test_a_long_story_is_cut_at_its_beginning_and_keeps_its_step() -> None:
    beats = lane(Step("first"), *[CREATED] * 5, Step("second"), *[CREATED] * 40)

    assert len(beats) == BEATS
    assert (beats[0].kind, beats[1].text, beats[-1].decides) == ("gap", "second", True)


def test_one_thing_alone_and_what_stands_outside_a_story_have_no_lane() -> None:
    outside = entry(CREATED, "0:1", "", "")

    assert lane(CREATED) == ()
    assert make_lane(outside, [outside], outside, "") == ()


def test_beats_stand_below_each_other() -> None:
    drawn = plot(lane(CREATED, CREATED, CREATED))

    assert drawn.beats[0].y < drawn.beats[1].y < drawn.beats[2].y < drawn.height


def test_what_was_found_later_ends_the_lane() -> None:
    story = entries(CREATED, CREATED, members("ACTIVE"), LOOK, stated())

    beats = make_lane(story[1], story, story[4], "the member is ACTIVE")

    assert [(beat.kind, beat.decides) for beat in beats] == [("send", False), ("send", True), ("found", False)]
    assert beats[-1].text == "found: the member is ACTIVE"


def test_odd_data_of_a_probe_ends_no_report() -> None:
    odd: list[object] = [{"seq": [], "to": None}, "text", None]
    beats = lane(
        Observation("account.mail", "a", []),
        Observation("account.mail", "b", odd),
        Observation("account.members", "c", odd),
        ClockMove("bridge", float("inf"), True),
        CREATED,
    )

    assert beats[0].text == "✉ None to None"
