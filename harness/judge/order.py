"""In which order causes are shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from harness.catalogue.verdict import Verdict
from harness.judge.cause import Cause
from harness.judge.exactness import Exactness
from harness.judge.tally import Judgement
from harness.record.journal import Entry

_THROUGHOUT = (
    0.9  # ours: so often a form is wrong that is wrong in all answers, and so much of a cause is found behind it
)
_ORDER = [Verdict.FAIL, Verdict.WARN, Verdict.PASS, Verdict.SKIP, Verdict.ERROR]


def in_order(causes: Iterable[Cause], exactness: Exactness, record: Iterable[Entry]) -> list[Cause]:
    """The gravest first, then what reaches the farthest.

    A form of answer that is wrong throughout goes before what is only found in such answers or behind them.
    """
    place = {entry.id: number for number, entry in enumerate(record)}
    waiting = sorted(causes, key=_weight)
    made: list[Cause] = []
    while waiting:
        first = waiting[0]
        forms = [each for each in waiting[1:] if each.verdict is first.verdict and _is_throughout(each, exactness)]
        before = [each for each in forms if _goes_before(each, first, exactness, place)]
        made.append(before[0] if before else first)
        waiting.remove(made[-1])
    return made


def _goes_before(form: Cause, other: Cause, exactness: Exactness, place: Mapping[str, int]) -> bool:
    if len(_own(form)) < other.count or not _is_behind(other, form, place):
        return False
    return not (_is_throughout(other, exactness) and _is_behind(form, other, place))


def _is_throughout(cause: Cause, exactness: Exactness) -> bool:
    """Whether it is about the form of an answer, and nearly every answer that was judged is wrong."""
    first = cause.judgements[0]
    is_of_answer = first.entry.id == cause.entry.id and not first.compared and cause.exchange is not None
    tells_status = first.finding is None or first.finding.actual.startswith("status ")
    return is_of_answer and not tells_status and exactness.share_red(cause.requirement.id) >= _THROUGHOUT


def _is_behind(other: Cause, form: Cause, place: Mapping[str, int]) -> bool:
    """Whether nearly all of a cause was found behind an answer of that form in the same story, or in it."""
    begins: dict[str, int] = {}
    for judgement in _own(form):
        at = place.get(judgement.entry.id, 0)
        begins[judgement.entry.scenario] = min(at, begins.get(judgement.entry.scenario, at))
    found = [judgement.entry for judgement in _all(other)]
    behind = [entry for entry in found if begins.get(entry.scenario, len(place)) <= place.get(entry.id, 0)]
    return len(behind) >= _THROUGHOUT * len(found)


def _own(cause: Cause) -> list[Judgement]:
    """The findings of the row that heads a cause."""
    return [judgement for judgement in _all(cause) if judgement.requirement == cause.requirement.id]


def _all(cause: Cause) -> list[Judgement]:
    return [*cause.judgements, *(judgement for follow in cause.follows for judgement in follow.judgements)]


def _weight(cause: Cause) -> tuple[int, ...]:
    """The gravest first, errors of ours last; then what reaches the farthest."""
    return _ORDER.index(cause.verdict), -len(cause.requirements), -cause.count
