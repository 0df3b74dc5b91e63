"""The causes as cards: those that break most first, each exchange once, and long ones in a file beside the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import escape

from harness.catalogue.verdict import Verdict
from harness.report.causes import ReportedCause
from harness.report.evidence import Evidence
from harness.report.page.deciding import UNTOLD, DecidingLine, find_deciding
from harness.report.page.differences import DiffLine, make_diff
from harness.report.page.links import section_link

BESIDE = "report-exchanges.html"
"""The file beside the page with the exchanges that are too long for it."""

CARDS = 60
"""So many causes have a card; the others a line each."""

_BUDGET = 150 * 1024  # bytes of exchanges and lanes on the page; our worst target then stays below 700 KB
_BODY = 4 * 1024
_BEAT = 120  # bytes of one beat of a lane as SVG, about
_ORDER = [Verdict.ERROR, Verdict.FAIL, Verdict.WARN]


@dataclass(frozen=True, slots=True)
class Card:
    """A cause: `evidence` where its exchange is shown on the page, `see` where that stands at another cause.

    `is_beside` says that the whole exchange stands in the file beside the page.
    """

    cause: ReportedCause
    diff: tuple[DiffLine, ...]
    link: tuple[str, str] | None
    evidence: Evidence | None = None
    deciding: DecidingLine = UNTOLD
    see: str = ""
    is_beside: bool = False

    @property
    def breaks(self) -> str:
        """How much it breaks, in words."""
        cause = self.cause
        parts = [(len(cause.stories), "story", "stories"), (len(cause.requirements), "requirement", "requirements")]
        return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in parts if count)

    @property
    def entry(self) -> str:
        """The deciding exchange's place in the journal; empty where there is none."""
        return self.cause.evidence.entry if self.cause.evidence else ""


def ranked(causes: Iterable[ReportedCause]) -> list[ReportedCause]:
    """Broken before not recommended, then by the number of stories that break."""
    return sorted(causes, key=lambda cause: (_ORDER.index(cause.verdict), -len(cause.stories), cause.number))


def make_cards(causes: Sequence[ReportedCause]) -> tuple[tuple[Card, ...], tuple[Card, ...]]:
    """The cards of the first causes, and those whose exchanges are shown whole only beside the page."""
    made: list[Card] = []
    beside: list[Card] = []
    shown: set[str] = set()
    spent = 0
    for cause in causes[:CARDS]:
        card = _card(cause, shown)
        fitted = _fitted(card) if card.evidence else card
        if fitted.evidence and spent + _size(fitted) > _BUDGET:
            fitted = replace(fitted, evidence=None, is_beside=True)
        spent += _size(fitted)
        shown.add(card.entry)
        made.append(fitted)
        beside += [card] if fitted.is_beside else []
    return tuple(made), tuple(beside)


def _card(cause: ReportedCause, shown: Collection[str]) -> Card:
    card = Card(cause, make_diff(cause.expected, cause.actual), section_link(cause.requirement.source))
    if cause.evidence is None:
        return card
    if cause.evidence.entry in shown:
        return replace(card, see=cause.evidence.entry)
    deciding = find_deciding(cause.evidence, cause.pointer, cause.expected)
    return replace(card, evidence=cause.evidence, deciding=deciding)


def _size(card: Card) -> int:
    """How many bytes its exchange and its lane take on the page, where a quote takes five."""
    evidence = card.evidence
    if evidence is None:
        return 0
    headers = (*evidence.request_headers, *evidence.response_headers)
    texts = [evidence.request_body, evidence.response_body, evidence.curl, *(text for pair in headers for text in pair)]
    texts += [snippet.text for snippet in card.cause.snippets]
    return sum(len(escape(text).encode()) for text in texts) + _BEAT * len(card.cause.lane)


def _fitted(card: Card) -> Card:
    """The card with long bodies cut."""
    evidence = card.evidence
    assert evidence is not None
    is_long = len(evidence.curl) > 2 * _BODY
    fitted = replace(
        evidence,
        request_body=_cut(evidence.request_body, card.deciding, is_answer=False),
        response_body=_cut(evidence.response_body, card.deciding, is_answer=True),
        curl=f"# long: it stands in {BESIDE}, beside this page" if is_long else evidence.curl,
    )
    return replace(card, evidence=fitted, is_beside=fitted != evidence)


def _cut(text: str, deciding: DecidingLine, *, is_answer: bool) -> str:
    """The beginning of a long body; of an answer at least up to the line that decided, where that is near."""
    if len(text) <= _BODY:
        return text
    end = _BODY
    if is_answer and deciding.part == "body":
        end = max(end, min(len("\n".join(text.split("\n")[: deciding.line + 2])), 2 * _BODY))
    return f"{text[:end]}\n… cut here: {len(text):,} characters, in full in {BESIDE}"
