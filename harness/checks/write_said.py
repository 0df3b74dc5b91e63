"""What one write, judged by its permitted outcomes, says about the rows of RFC 7644."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harness.catalogue.verdict import Finding
from harness.checks.write_refusals import due_rows, is_an_error, is_of_policy, own_words, types_of
from harness.model.bodies import attributes_in
from harness.model.characteristics import ResourceSchema
from harness.model.members import is_unassigned, member, value_at
from harness.model.outcomes import Permitted
from harness.model.write_fit import StateFit, fit_of, is_open, refusals_in, root_of_path, states_in
from harness.model.write_forms import OperationForm, forms_of, loud_in
from harness.record.exchange import Exchange, Json, get_attribute

_P = "RFC7644-3.5.2"
_MAY = (f"{_P}.1-02", f"{_P}-06", f"{_P}-18")
_RECORDED = (*_MAY, f"{_P}.1-08")
_LETTERS, _REPLACES = "RFC7643-2.1-03", "RFC7644-3.5.1-02"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Said:
    """These rows held, or the finding that breaks them; `recorded` tells by row what was seen.

    `forms` are the operations that did as they should, or the one that did not, where it is known which.
    """

    rows: tuple[str, ...]
    finding: Finding | None = None
    recorded: tuple[tuple[str, str], ...] = ()
    forms: tuple[OperationForm, ...] = ()


def said_of(
    exchange: Exchange,
    before: Json | None,
    shown: Json | None,
    outcomes: Sequence[Permitted],
    schema: ResourceSchema,
    kept: Collection[str],
    there: Collection[str],
) -> Iterator[Said]:
    """What a write says. `shown` is the state after it, where it was done; `there` are ids that are known to exist."""
    if is_open(outcomes) or exchange.status in (0, 401, 403) or exchange.status >= 500:
        return
    if exchange.request.method == "PATCH" and before is not None:
        yield from _patch(exchange, before, shown, outcomes, schema, kept, there)
    elif exchange.request.method == "PUT" and before is not None:
        yield from _put(exchange, before, shown, outcomes, schema, kept, there)
    elif exchange.request.method == "POST":
        yield from _create(exchange, shown, outcomes, schema, kept, there)


def _patch(
    exchange: Exchange,
    before: Json,
    shown: Json | None,
    outcomes: Sequence[Permitted],
    schema: ResourceSchema,
    kept: Collection[str],
    there: Collection[str],
) -> Iterator[Said]:
    forms = forms_of(exchange.sent_json, before, schema)
    if not states_in(outcomes):
        yield from _refusal_due(exchange, before, outcomes, schema)
    elif shown is None:
        if any(f"{_P}.1-08" in form.exact for form in forms) and exchange.status == 400:
            yield Said((f"{_P}.1-08",), None, ((f"{_P}.1-08", "refused"),))
        if not refusals_in(outcomes) and not is_of_policy(exchange, schema, there) and forms:
            form = forms[-1] if len(forms) == 1 else None
            rows = _refused_rows(form) if form else (f"{_P}-23",)
            yield Said(rows, Finding("the PATCH to be done", own_words(exchange)), forms=(form,) if form else ())
    else:
        yield from _state_due(exchange, forms, shown, outcomes, schema, kept)
        yield from _idle(exchange, before, shown, outcomes)


def _idle(exchange: Exchange, before: Json, shown: Json, outcomes: Sequence[Permitted]) -> Iterator[Said]:
    """An add of what is there already leaves lastModified as it was."""
    operations = member(exchange.sent_json, "Operations")
    is_add = isinstance(operations, list) and all(member(each, "op") == "add" for each in operations)
    if not is_add or any(each.changed or each.chosen for each in states_in(outcomes)):
        return
    old, new = (member(member(each, "meta"), "lastModified") for each in (before, shown))
    if isinstance(old, str) and isinstance(new, str):
        finding = Finding(f"meta.lastModified {old!r}", repr(new), "/meta/lastModified") if old != new else None
        yield Said((f"{_P}.1-11",), finding)


def _refused_rows(form: OperationForm) -> tuple[str, ...]:
    """A refusal of one operation: for how its target is written, if that is unusual, else for what it does."""
    if f"{_P}-06" in form.spelt:
        return form.spelt
    unusual = tuple(row for row in form.spelt if row not in (f"{_P}-08", f"{_P}-20"))
    return unusual[:1] + form.exact[:1] or form.spelt[:1]


def _refusal_due(
    exchange: Exchange, before: Json, outcomes: Sequence[Permitted], schema: ResourceSchema
) -> Iterator[Said]:
    operations = member(exchange.sent_json, "Operations")
    is_several = isinstance(operations, list) and len(operations) > 1
    refusals = refusals_in(outcomes)
    rows = due_rows(exchange.sent_json, refusals[0])
    whole = (*rows, f"{_P}-27") if is_several else rows
    wanted = f"status {' or '.join(map(str, sorted(refusals[0].statuses)))}"
    if 200 <= exchange.status < 300:
        yield Said(whole, Finding(wanted, f"status {exchange.status}"))
        return
    given = exchange.json.get("scimType")
    if exchange.status in (404, 413, 501) or (exchange.status == 409 and given == "uniqueness"):
        return
    types = types_of(exchange.sent_json, before, schema) | {
        each for refusal in refusals for each in refusal.error_types
    }
    if exchange.status not in {each for refusal in refusals for each in refusal.statuses}:
        yield Said(rows, Finding(wanted, own_words(exchange)))
    elif (given if isinstance(given, str) else "") not in types:
        named = " or ".join(sorted(each for each in types if each))
        yield Said(rows, Finding(f"{wanted} with scimType {named}", own_words(exchange), "/scimType"))
    else:
        yield Said(whole)
    if not is_an_error(exchange):
        yield Said((f"{_P}-19",), Finding("an Error message with its status", own_words(exchange)))
    else:
        yield Said((f"{_P}-19",))


def _state_due(
    exchange: Exchange,
    forms: list[OperationForm],
    shown: Json,
    outcomes: Sequence[Permitted],
    schema: ResourceSchema,
    kept: Collection[str],
) -> Iterator[Said]:
    roots = {form.root for form in forms if form.root in kept or _is_removed(form)}
    adds_urn = any(f"{_P}-22" in form.exact for form in forms)
    fit = fit_of(outcomes, shown, schema, roots | ({"schemas"} if adds_urn else set()), kept, frozenset(roots))
    broken: set[str] = set()
    if fit is not None and fit.deviations:
        yield from _deviations(fit, forms, broken)
    if broken:
        return
    held = {row for form in forms if form.root in roots for row in form.rows}
    if len(forms) > 1 and len(roots) < len(forms):
        held |= {f"{_P}-23", *_both_rows(forms)}
    recorded = tuple((row, "applied") for row in _RECORDED if row in held)
    if held:
        # Of one operation that changed nothing, or of several, it can't be told that its form was understood.
        is_telling = len(forms) == 1 and any(each.changed for each in states_in(outcomes))
        yield Said(tuple(sorted(held)), None, recorded, tuple(forms) if is_telling else ())


def _is_removed(form: OperationForm) -> bool:
    return any(row.startswith(f"{_P}.2-") for row in form.exact)


def _deviations(fit: StateFit, forms: list[OperationForm], broken: set[str]) -> Iterator[Said]:
    for each in fit.deviations[:3]:
        root = root_of_path(each.path)
        own = [form for form in forms if form.root == root]
        rows: tuple[str, ...]
        if root == "schemas":
            rows = (f"{_P}-22",)
        elif len(own) == 1:
            rows = _blamed(own[0], each.path) or own[0].spelt[:1]
        else:
            rows = (*_both_rows(own), f"{_P}-23")
        if broken.issuperset(rows):
            continue
        broken.update(rows)
        finding = Finding(_say(each.path, each.expected), _say(each.path, each.shown), _pointer(each.path))
        yield Said(rows, finding, forms=tuple(own) if len(own) == 1 else ())


def _blamed(form: OperationForm, path: str) -> tuple[str, ...]:
    """The most exact row: for `primary` the rule that one value has it, else what the operation does."""
    about_primary = f"{_P}-24"
    if form.part and "." in path and path.rpartition(".")[2].lower() != form.part:
        return (f"{_P}-09",)  # a sub-attribute beside the one that was named
    if path.endswith(".primary") and about_primary in form.exact:
        return (about_primary,)
    rows = tuple(row for row in form.exact if row not in (about_primary, *_MAY))
    is_emptied = rows[:1] == (f"{_P}.2-05",)  # and -08 says the same of records
    return rows[: 2 if is_emptied else 1]


def _both_rows(own: list[OperationForm]) -> tuple[str, ...]:
    """A remove and an add of the same attribute in one request."""
    kinds = {row for form in own for row in form.exact}
    is_both = f"{_P}.2-04" in kinds and f"{_P}.1-07" in kinds
    return (f"{_P}.2-12",) if is_both else ()


def _say(path: str, value: Any) -> str:
    text = "no value" if is_unassigned(value) else repr(value)
    return f"{path} {text if len(text) <= _LONGEST else text[:_LONGEST] + '…'}"


def _pointer(path: str) -> str:
    bare = re.sub(r"\[.*\]", "", path)
    urn, colon, name = bare.rpartition(":")
    return "/" + "/".join(([urn] if colon else []) + name.split("."))


# PUT and POST


def _nulls(body: Mapping[str, Any], schema: ResourceSchema) -> dict[str, str]:
    """By lower-case path the attributes that a body says to have no value, as their schema spells them."""
    return {
        place.key: place.path
        for place, _, value in attributes_in(body, schema)
        if place and place.attribute and place.attribute.is_writable and value in (None, []) and place.path != "schemas"
    }


def _immutable(body: Mapping[str, Any], before: Json, schema: ResourceSchema) -> dict[str, str]:
    """By lower-case path the immutable attributes that a body gives, each with the row about it."""
    found: dict[str, str] = {}
    for place, _, value in attributes_in(body, schema):
        if place and place.attribute and place.attribute.mutability == "immutable" and not is_unassigned(value):
            old = value_at(before, place)
            found[place.key] = "RFC7644-3.5.1-10" if is_unassigned(old) else "RFC7644-3.5.1-09"
    return found


def _put(
    exchange: Exchange,
    before: Json,
    shown: Json | None,
    outcomes: Sequence[Permitted],
    schema: ResourceSchema,
    kept: Collection[str],
    there: Collection[str],
) -> Iterator[Said]:
    body = exchange.sent_json
    nulls, immutable, loud = _nulls(body, schema), _immutable(body, before, schema), loud_in(body, schema)
    if not states_in(outcomes):
        yield from _put_refusal_due(exchange, outcomes)
        return
    if shown is None:
        rows = (
            ("RFC7644-3.5.1-07",)
            if nulls
            else _replaces(body, before, schema) and (tuple(sorted(set(immutable.values()))) or (_REPLACES,))
        )
        rows = (_LETTERS,) if rows == (_REPLACES,) and loud else rows
        is_free = bool(refusals_in(outcomes)) or is_of_policy(exchange, schema, there)
        if rows and not is_free:
            yield Said(rows, Finding("the PUT to be done", own_words(exchange)))
        return
    fit = fit_of(outcomes, shown, schema, {*nulls, *immutable, *loud}, kept)
    broken: set[str] = set()
    for each in fit.deviations if fit else ():
        root = root_of_path(each.path)
        row = immutable.get(root, _LETTERS if root in loud else "RFC7644-3.5.1-07")
        broken.add(row)
        yield Said((row,), Finding(_say(each.path, each.expected), _say(each.path, each.shown), _pointer(each.path)))
    held = {*immutable.values(), *(["RFC7644-3.5.1-07"] if set(nulls) & set(kept) else [])}
    held = (held | ({_LETTERS} if loud & set(kept) else set())) - broken
    if held:
        yield Said(tuple(sorted(held)))
    if recorded := _left_out(body, before, shown, schema):
        rows = ("RFC7644-3.5.1-04", "RFC7644-3.5.1-05")
        yield Said(rows, None, tuple((row, recorded) for row in rows))


def _left_out(body: Mapping[str, Any], before: Json, shown: Json, schema: ResourceSchema) -> str:
    """What became of the attributes that were set and that the body leaves out."""
    named = {place.key for place, _, _ in attributes_in(body, schema) if place}
    seen: set[str] = set()
    for place, _, value in attributes_in(before, schema):
        is_own = place and place.attribute and place.attribute.mutability == "readWrite"
        if not place or not is_own or place.key in named or is_unassigned(value):
            continue
        after = value_at(shown, place)
        seen.add("cleared" if is_unassigned(after) else "kept" if after == value else "defaulted")
    return ", ".join(sorted(seen))


def _put_refusal_due(exchange: Exchange, outcomes: Sequence[Permitted]) -> Iterator[Said]:
    refusal = refusals_in(outcomes)[0]
    rows = tuple(row for row in refusal.because if row in ("RFC7644-3.5.1-08", "RFC7644-3.5.1-14"))
    given = exchange.json.get("scimType")
    if not rows or exchange.status == 409:
        return  # a name that somebody else has may be told before one that is missing
    if 200 <= exchange.status < 300 or exchange.status != 400:
        yield Said(rows, Finding("status 400", own_words(exchange)))
    elif rows == ("RFC7644-3.5.1-08",) and str(given or "") not in refusal.error_types:
        yield Said(rows, Finding("status 400 with scimType mutability", own_words(exchange), "/scimType"))
    else:
        yield Said(rows)


def _replaces(body: Json, before: Json, schema: ResourceSchema) -> tuple[str, ...]:
    """The row of a PUT that changes plain texts alone: of names and other values a bridge may have rules of its own."""
    named = get_attribute(body, "userName" if schema.name == "User" else "displayName")
    is_plain = bool(named) and all(
        name.lower() == "schemas" or _is_plain(name, value, before, schema) for name, value in body.items()
    )
    return (_REPLACES,) if is_plain else ()


def _is_plain(name: str, value: Any, before: Json, schema: ResourceSchema) -> bool:
    """Whether a PUT keeps a value, or gives another text to an attribute that takes any."""
    place = schema.find(name)
    attribute = place.attribute if place and not place.urn else None
    is_free = attribute is not None and attribute.type == "string" and not attribute.canonical_values
    is_text = isinstance(value, str) and name.lower() not in ("username", "password")
    return get_attribute(before, name) == value or (is_text and is_free and get_attribute(before, name) is not None)


def _create(
    exchange: Exchange,
    shown: Json | None,
    outcomes: Sequence[Permitted],
    schema: ResourceSchema,
    kept: Collection[str],
    there: Collection[str],
) -> Iterator[Said]:
    body = exchange.sent_json
    if not states_in(outcomes):
        return
    nulls = {path: name for path, name in _nulls(body, schema).items() if path != "active"}
    if shown is None:
        is_free = bool(refusals_in(outcomes)) or is_of_policy(exchange, schema, there)
        if nulls and not is_free:
            yield Said(("RFC7644-3.3-08",), Finding("the create to be done", own_words(exchange)))
        return
    given = {
        place.key
        for place, _, value in attributes_in(body, schema)
        if place and place.attribute and place.attribute.is_writable and not is_unassigned(value)
    }
    yield from _kept(given, shown, outcomes, schema, kept)
    if nulls and set(nulls) & set(kept):
        left = [name for name in nulls.values() if _has(shown, name, schema)]
        said = Finding(f"no value of {left[0]}", "a value", _pointer(left[0])) if left else None
        yield Said(("RFC7644-3.3-08",), said)
    yield from _not_sent(body, shown, schema)


def _kept(
    given: set[str], shown: Json, outcomes: Sequence[Permitted], schema: ResourceSchema, kept: Collection[str]
) -> Iterator[Said]:
    fit = fit_of(outcomes, shown, schema, given, kept, frozenset(given))
    lost = [each for each in fit.deviations if each.kind == "lost" and "[" not in each.path] if fit else []
    rows = ("RFC7644-3.3-18",)
    if lost:
        each = lost[0]
        yield Said(rows, Finding(_say(each.path, each.expected), _say(each.path, each.shown), _pointer(each.path)))
    elif given & set(kept):
        yield Said(rows)


def _has(shown: Json, path: str, schema: ResourceSchema) -> bool:
    place = schema.find(path)
    return place is not None and not is_unassigned(value_at(shown, place))


def _not_sent(body: Mapping[str, Any], shown: Json, schema: ResourceSchema) -> Iterator[Said]:
    """Which attributes a server gives that the client did not send."""
    sent = {place.key for place, _, _ in attributes_in(body, schema) if place}
    added = sorted(
        place.path
        for place, _, value in attributes_in(shown, schema)
        if place and place.attribute and place.attribute.is_writable and not is_unassigned(value)
        if place.key not in sent and place.path not in ("schemas", "externalId")
    )
    said = ", ".join(added) or "nothing added"
    rows = ("RFC7644-3.3-05", "RFC7644-3.3-06")
    yield Said(rows, None, tuple((row, said) for row in rows))
