from __future__ import annotations

from harness.record.journal import Expectation
from harness.report.evidence import Record, make_evidence, render_body
from tests.harness.report.samples import entry, exchange, stated, story, user, without_location


def test_an_exchange_is_its_own_evidence() -> None:
    entries = story(without_location())

    found = Record(entries).find_exchange(entries[3])

    assert found is not None
    assert found[:2] == ("the exchange that was judged", entries[3])


def test_a_stated_answer_shows_the_exchange_that_it_speaks_of() -> None:
    answer = Expectation("answer", ("RFC7644-3.3-15",), "a conflict", {"entry": "0:4"})
    entries = story(without_location(), exchange("GET", status=200), answer)

    found = Record(entries).find_exchange(entries[5])

    assert found is not None
    assert found[1].id == "0:4"


def test_a_stated_state_shows_the_last_request_about_that_person() -> None:
    grace = exchange(sent=user("grace@example.com"))
    entries = story(without_location(), grace, stated(address="ADA@example.com"))

    found = Record(entries).find_exchange(entries[5])

    assert found is not None
    assert found[0] == "the last request about ADA@example.com before it"
    assert found[1].id == "0:4"


def test_a_person_is_known_by_the_id_that_the_bridge_gave_too() -> None:
    created = exchange(sent=user(), received=user(id="4711"))
    patched = exchange("PATCH", "/Groups/9", {"Operations": [{"op": "add", "value": [{"value": "4711"}]}]})
    entries = story(created, patched, exchange("GET", "/Groups/9"), stated(address="ada@example.com"))

    found = Record(entries).find_exchange(entries[6])

    assert found is not None
    assert found[1].id == "0:5"


def test_without_a_request_about_that_person_the_last_one_is_shown() -> None:
    entries = story(without_location(), stated(address="nobody@example.com"))

    found = Record(entries).find_exchange(entries[4])

    assert found is not None
    assert found[0] == "the last exchange before it"


def test_a_story_that_sent_nothing_has_no_exchange() -> None:
    entries = story(stated())

    assert Record(entries).find_exchange(entries[3]) is None


def test_a_place_has_the_sentences_of_story_and_step() -> None:
    entries = story(without_location())

    place = Record(entries).place_of(entries[3])

    assert (place.sentence, place.step, place.dialect) == ("Ada is hired.", "Ada is assigned", "okta-oin")


def test_evidence_is_text_to_read() -> None:
    evidence = make_evidence("how", entry(without_location()), without_location())

    assert evidence.request_line == "POST https://bridge.example/scim/v2/Users"
    assert evidence.status_line == "HTTP 201"
    assert '\n  "userName": "ada@example.com"' in evidence.request_body
    assert evidence.elapsed_ms == 12.0


def test_a_lost_answer_says_why() -> None:
    sent = exchange()
    lost = type(sent)(sent.base, sent.request, None, "ConnectionError: refused\r\n")

    assert make_evidence("", entry(lost), lost).status_line == "no answer: ConnectionError: refused\\r\\n"


def test_a_body_of_ten_megabytes_is_cut_and_says_so() -> None:
    text = render_body(b'"' + b"x" * 10_000_000 + b'"')

    assert len(text) < 66_000
    assert text.endswith("… cut here: 10,000,002 bytes, in full in journal.ndjson.gz")


def test_a_header_cannot_pretend_to_be_two() -> None:
    hostile = exchange(answer_headers=(("X", "a\r\nSet-Cookie: b"),))

    assert make_evidence("", entry(hostile), hostile).response_headers == (("X", "a\\r\\nSet-Cookie: b"),)
