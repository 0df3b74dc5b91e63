from __future__ import annotations

from harness.report.passwords import masked_text, passwords_of, without
from tests.harness.report.samples import exchange


def test_a_password_is_masked_and_the_rest_stays_exact() -> None:
    assert masked_text(b'{"password" : "s3cret", "x":1.0}') == '{"password" : "‹password›", "x":1.0}'


def test_letter_case_and_a_broken_body_do_not_matter() -> None:
    assert masked_text(b'{"Password": "s3cret') == '{"Password": "‹password›"'


def test_a_patched_password_is_masked() -> None:
    body = b'{"Operations": [{"op": "replace", "path": "password", "value": "s3cret"}]}'

    assert "s3cret" not in masked_text(body)


def test_passwords_are_kept_out_of_findings() -> None:
    secrets = passwords_of(exchange(sent={"password": "s3cret"}, received={"id": "1"}))

    assert without(secrets, "the answer shows 's3cret'") == "the answer shows '‹password›'"


def test_a_body_without_a_password_is_left_alone() -> None:
    assert masked_text(b"\xff{}") == "\\xff{}"
    assert passwords_of(None) == ()
