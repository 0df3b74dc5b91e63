"""What a look sees of groups whose members are shown on request alone, and whom nobody put there over SCIM."""

from __future__ import annotations

from harness.record.exchange import Json, Request, Response
from harness.record.journal import Observation
from harness.record.message import CORE_GROUP
from tests.harness.stories.fakes import EMPTY, Probe, events, make_run, ok

DESIGN: Json = {"schemas": [CORE_GROUP], "id": "g", "displayName": "Design"}
SALES: Json = {"schemas": [CORE_GROUP], "id": "s", "displayName": "Sales"}
ADA = [{"value": "u-ada"}]


class Pulled(Probe):
    """An account on which Ada is in Design."""

    reads = frozenset({"members", "groups"})

    def read(self, name: str, **query: str | list[str]) -> Json:
        """Ada, or the groups."""
        shown = [("1", "g", "Design"), ("2", "s", "Sales")]
        groups = [{"id": own, "scim_id": scim_id, "name": called, "managed": True} for own, scim_id, called in shown]
        ada = {"id": "m1", "scim_id": "u-ada", "email": "ada@x.example", "state": "ACTIVE", "groups": ["1"]}
        return {"members": [ada], "groups": groups, "next": 4}


def seen(returned: str) -> list[Json]:
    """The groups as a look sees them, where `members` is returned so."""
    members = {"name": "members", "type": "complex", "multiValued": True, "returned": returned}
    schemas = ok({"Resources": [{"id": CORE_GROUP, "attributes": [members]}]})

    def answer(request: Request) -> Response:
        path = request.target.partition("?")[0]
        if path == "/Schemas":
            return schemas
        if path == "/Groups":
            return ok({"totalResults": 2, "Resources": [DESIGN, SALES]})
        return ok({**DESIGN, "members": ADA}) if path == "/Groups/g" else ok(EMPTY)

    run, _, journal = make_run(answer, Pulled())
    run.observe()
    return [each for event in events(journal, Observation) if event.kind == "scim.groups" for each in event.data]


def test_members_on_request_are_asked_for_where_the_account_has_some() -> None:
    assert seen("request") == [{**DESIGN, "members": ADA}, SALES]


def test_members_that_a_list_has_to_show_are_taken_as_it_shows_them() -> None:
    assert seen("default") == [DESIGN, SALES]
