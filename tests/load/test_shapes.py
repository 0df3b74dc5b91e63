import pytest

from harness.errors import UsageError
from loadtests.shapes import SMOKE, get_shape, parse_dialects


def test_the_smoke_shape_judges_failures_and_the_whole_hot_path() -> None:
    assert [objective.name for objective in SMOKE.objectives] == [
        "failure_ratio of all requests",
        "p99_ms of find user",
        "p99_ms of create user",
        "p99_ms of set user active",
        "p99_ms of change group members",
    ]


def test_another_limit_for_p99_leaves_the_failure_ratio_alone() -> None:
    assert [objective.limit for objective in SMOKE.with_p99(25.0).objectives] == [0.0, 25.0, 25.0, 25.0, 25.0]


def test_google_alone_is_not_judged_by_group_requests() -> None:
    names = [objective.request for objective in SMOKE.for_dialects(["google-push"]).objectives]

    assert names == ["all requests", "find user", "create user", "set user active"]


def test_a_wizard_application_alone_is_not_judged_by_patches() -> None:
    names = [objective.request for objective in SMOKE.for_dialects(["okta-aiw"]).objectives]

    assert names == ["all requests", "find user", "create user"]
    assert SMOKE.for_dialects(["okta-aiw", "okta-oin"]) == SMOKE


def test_okta_beside_google_is() -> None:
    assert SMOKE.for_dialects(["google-push", "okta-oin"]) == SMOKE


def test_dialects_are_read_with_their_aliases() -> None:
    assert parse_dialects("okta, azure,entra-default") == ("okta-oin", "entra-default")


@pytest.mark.parametrize(
    ("text", "refusal"), [("oktta", "did you mean 'okta'"), (" ,", "no dialect in"), ("", "no dialect in")]
)
def test_what_is_no_dialect_is_refused(text: str, refusal: str) -> None:
    with pytest.raises(UsageError, match=refusal):
        parse_dialects(text)


def test_a_misspelt_shape_is_refused_with_the_right_name() -> None:
    with pytest.raises(UsageError, match="did you mean smoke"):
        get_shape("smok")


def test_who_sends_nothing_makes_no_load() -> None:
    with pytest.raises(UsageError, match="google-pull sends nothing, so it makes no load"):
        parse_dialects("google-push,google-pull")
