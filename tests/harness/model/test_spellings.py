"""How a server may spell what was sent, by the path of the attribute."""

import pytest

from harness.model.blame import blamed_for
from harness.model.deviation import Context
from harness.model.values import Kind, compare


@pytest.mark.parametrize(
    ("path", "sent", "shown", "kind"),
    [
        ("profileurl", "HTTPS://EXAMPLE.com", "https://example.com/", None),
        ("profileurl", "https://example.com/Ada", "https://example.com/ada", Kind.CASE),
        ("photos", [{"value": "https://EXAMPLE.com/a.png"}], [{"value": "https://example.com/a.png"}], None),
        ("x509certificates", [{"value": "b25lbw"}], [{"value": "b25lbw=="}], None),
        ("emails", [{"value": "mailto:ada@EXAMPLE.com"}], [{"value": "ada@example.com"}], None),
        ("title", "Countess ", "Countess", None),
        ("title", "Comtesse de la Fe\u0301e", "Comtesse de la F\u00e9e", None),
        ("title", "Countess", "Countess ", Kind.ALTERED),
        ("title", "Countess  of", "Countess of", Kind.ALTERED),
    ],
)
def test_a_spelling_is_no_deviation(path: str, sent: object, shown: object, kind: Kind | None) -> None:
    found = compare(path, sent, shown, (), is_sent=True)

    assert (found and found[0]) == kind


def test_a_list_that_is_sorted_wrongly_by_its_moments_is_no_moved_moment() -> None:
    context = Context("ascending 11", "User", "meta.created", "sorted")

    assert blamed_for(Kind.ORDER, context) == ("RFC7644-3.4.2.3-02",)
