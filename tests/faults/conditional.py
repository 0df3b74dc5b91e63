"""Faults that show only under a condition: one attribute, one way of reading, one operation of several, a repeat."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote, unquote_plus

from tests.faults.faults import changed, operations, patch, read, resources
from tests.faults.proxy import Ask, Call, Fault, Json, Reply

Change = Callable[[Json], object]


def _is_list(call: Call) -> bool:
    return call.method == "GET" and not call.resource and call.collection in ("Users", "Groups")


def _is_read(call: Call) -> bool:
    return call.method == "GET" and bool(call.resource)


def _filter_in(call: Call) -> str:
    return parse_qs(call.query).get("filter", [""])[0]


class ShownOtherwise(Fault):
    """Changes what answers of one kind show; the bridge itself keeps everything."""

    collection = "Users"

    def concerns(self, call: Call) -> bool:
        """Whether this answer is changed."""
        raise NotImplementedError

    def change(self, resource: Json) -> object:
        """Change a resource in place."""
        raise NotImplementedError

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        is_meant = call.collection == self.collection and reply.status in (200, 201) and self.concerns(call)
        return changed(reply, self.change) if is_meant else reply


class TitleLostInLists(ShownOtherwise):
    """Lists do not show the title that a read shows."""

    def concerns(self, call: Call) -> bool:
        return _is_list(call)

    def change(self, resource: Json) -> object:
        return resource.pop("title", None)


class EmailTypeLostInSearches(ShownOtherwise):
    """What a filter finds has no types at its addresses."""

    def concerns(self, call: Call) -> bool:
        return bool(_filter_in(call))

    def change(self, resource: Json) -> object:
        return [email.pop("type", None) for email in resource.get("emails", [])]


class FamilyNameStaleInReads(ShownOtherwise):
    """A read by id shows the family name that was read first."""

    def __init__(self) -> None:
        self._first: dict[str, Any] = {}

    def concerns(self, call: Call) -> bool:
        return _is_read(call)

    def change(self, resource: Json) -> object:
        name = resource.get("name")
        if isinstance(name, dict) and "familyName" in name:
            name["familyName"] = self._first.setdefault(str(resource.get("id")), name["familyName"])
        return None


class LocationWrongInLists(ShownOtherwise):
    """The items of a list have the address of an inner host."""

    def concerns(self, call: Call) -> bool:
        return _is_list(call)

    def change(self, resource: Json) -> object:
        resource["meta"] = {**resource["meta"], "location": f"http://inner.example/Users/{resource.get('id')}"}
        return None


class CreatedMovesInLists(ShownOtherwise):
    """The items of a list were created at the moment of their last change."""

    collection = "Groups"

    def concerns(self, call: Call) -> bool:
        return _is_list(call)

    def change(self, resource: Json) -> object:
        resource["meta"] = {**resource["meta"], "created": "2020-01-01T00:00:00Z"}
        return None


class MembersLostInSearches(ShownOtherwise):
    """A group that is found by a filter lacks its last member."""

    collection = "Groups"

    def concerns(self, call: Call) -> bool:
        return bool(_filter_in(call)) and "excludedAttributes" not in call.query

    def change(self, resource: Json) -> object:
        resource["members"] = resource.get("members", [])[:-1]
        return None


class ActiveAsTextInLists(ShownOtherwise):
    """Lists show active as a text."""

    def concerns(self, call: Call) -> bool:
        return _is_list(call)

    def change(self, resource: Json) -> object:
        resource["active"] = str(resource.get("active"))
        return None


class GroupsStaleInReads(ShownOtherwise):
    """A read of a user shows a group that nobody knows in place of theirs."""

    def concerns(self, call: Call) -> bool:
        return _is_read(call)

    def change(self, resource: Json) -> object:
        resource["groups"] = [{"value": "nobody-knows"}] if resource.get("groups") else []
        return None


class DepartmentLostInLists(ShownOtherwise):
    """Lists lack the department that a create and a read show."""

    def concerns(self, call: Call) -> bool:
        return _is_list(call)

    def change(self, resource: Json) -> object:
        extension = next((value for name, value in resource.items() if "enterprise" in name), None)
        return extension.pop("department", None) if isinstance(extension, dict) else None


class SentOtherwise(Fault):
    """Changes what is sent, before the bridge gets it: the bridge then keeps something else."""

    methods: tuple[str, ...] = ()
    collection = "Users"

    def change(self, body: Json) -> object:
        """Change a body in place."""
        raise NotImplementedError

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method not in self.methods or call.collection != self.collection or not call.json:
            return ask(call)
        body = call.json
        self.change(body)
        return ask(call.with_json(body))


class DisplayNameAlteredAtPut(SentOtherwise):
    """A PUT keeps the display name with an X behind it."""

    methods = ("PUT",)

    def change(self, body: Json) -> object:
        if isinstance(body.get("displayName"), str):
            body["displayName"] += "X"
        return None


class GivenNameOfPutIgnored(Fault):
    """A PUT leaves the given name as it was."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        body = call.json
        if call.method != "PUT" or call.collection != "Users" or not isinstance(body.get("name"), dict):
            return ask(call)
        before = ask(read(call, call.path)).json.get("name", {})
        if "givenName" in before and "givenName" in body["name"]:
            body["name"] = {**body["name"], "givenName": before["givenName"]}
            body["name"].pop("formatted", None)
        return ask(call.with_json(body))


class EmailsDoubledAtPut(Fault):
    """The second PUT of a user shows every address twice."""

    def __init__(self) -> None:
        self._puts: dict[str, int] = {}

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "PUT" and call.collection == "Users" and reply.status == 200:
            self._puts[call.resource] = self._puts.get(call.resource, 0) + 1

        def double(user: Json) -> object:
            if self._puts.get(str(user.get("id")), 0) > 1:
                user["emails"] = user.get("emails", []) * 2
            return None

        return changed(reply, double) if call.collection == "Users" and reply.status in (200, 201) else reply


class ApostrophesLost(SentOtherwise):
    """An apostrophe in a name is dropped."""

    methods = ("POST", "PUT", "PATCH")

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method in self.methods and call.collection == "Users" and b"'" in call.body:
            return ask(replace(call, body=call.body.replace(b"'", b"")))
        return ask(call)


class ExternalIdFolded(SentOtherwise):
    """An externalId is kept in small letters."""

    methods = ("POST", "PUT")

    def change(self, body: Json) -> object:
        if isinstance(body.get("externalId"), str):
            body["externalId"] = body["externalId"].lower()
        return None


class ThirdOperationLost(Fault):
    """Of a PATCH only the first two operations are done."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        steps = call.json.get("Operations")
        if call.method == "PATCH" and isinstance(steps, list) and len(steps) > 2:
            return ask(call.with_json({**call.json, "Operations": steps[:2]}))
        return ask(call)


class LastAddedMemberLost(Fault):
    """An add of several members loses the last one."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        steps = operations(call)
        if call.method != "PATCH" or call.collection != "Groups" or not steps:
            return ask(call)
        kept = [
            {**step, "value": step["value"][:-1]}
            if step["op"] == "add" and isinstance(step.get("value"), list) and len(step["value"]) > 1
            else step
            for step in steps
        ]
        return ask(call.with_json({**call.json, "Operations": kept}))


class ExclusionIgnoredInReads(Fault):
    """excludedAttributes is ignored where one resource is read."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if _is_read(call) and "excludedAttributes" in call.query:
            return ask(replace(call, query=""))
        return ask(call)


class SecondPageRepeats(Fault):
    """A page behind the first begins with the last item of the page before."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        start = int(parse_qs(call.query).get("startIndex", ["1"])[0] or 1)
        shown = reply.json.get("Resources")
        if not _is_list(call) or start < 2 or not shown or _filter_in(call):
            return reply
        before = resources(ask(read(call, call.path, f"startIndex={start - 1}&count=1")))
        return reply.with_json({**reply.json, "Resources": [*before, *shown[1:]]})


class RefusedPatchLeavesMark(Fault):
    """A PATCH that is refused keeps what its first operation set."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        steps = call.json.get("Operations")
        if call.method == "PATCH" and 400 <= reply.status < 500 and isinstance(steps, list) and len(steps) > 1:
            ask(call.with_json({**call.json, "Operations": steps[:1]}))
        return reply


class RefusedPutLeavesMark(Fault):
    """A PUT that is refused with 409 changes the title all the same."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method in ("PUT", "PATCH") and call.collection == "Users" and reply.status == 409:
            ask(patch(call, call.path, {"op": "replace", "path": "title", "value": "changed all the same"}))
        return reply


class PhoneNumberSuspends(Fault):
    """A PATCH that names a phone number sets active to false."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "PATCH" and call.collection == "Users" and b"phoneNumbers" in call.body:
            ask(patch(call, call.path, {"op": "replace", "path": "active", "value": False}))
            return ask(read(call, call.path)) if reply.status == 200 else reply
        return reply


class RenamingLosesTitle(Fault):
    """A PATCH of a name loses the title."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "PATCH" and call.collection == "Users" and b"familyName" in call.body:
            ask(patch(call, call.path, {"op": "remove", "path": "title"}))
            return ask(read(call, call.path)) if reply.status == 200 else reply
        return reply


class ContainsActsAsStartsWith(Fault):
    """The operator co finds only what starts so."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if " co " in _filter_in(call):
            return ask(replace(call, query=call.query.replace("%20co%20", "%20sw%20").replace("+co+", "+sw+")))
        return ask(call)


class FilterFindsTheNext(Fault):
    """A filter by displayName of a group also finds another group."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        shown = reply.json.get("Resources")
        is_paged = "count=" in call.query or "startIndex=" in call.query
        if call.collection != "Groups" or "displayname" not in _filter_in(call).lower() or not shown or is_paged:
            return reply
        others = resources(ask(read(call, "/Groups", "startIndex=1&count=50&excludedAttributes=members")))
        extra = [group for group in others if group.get("id") != shown[0].get("id")][:1]
        found = [*shown, *extra]
        return reply.with_json(
            {**reply.json, "Resources": found, "totalResults": len(found), "itemsPerPage": len(found)}
        )


class DeletedMemberStays(Fault):
    """A user who was deleted stays among the members that a group shows."""

    def __init__(self) -> None:
        self._gone: dict[str, list[str]] = {}

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "DELETE" and call.collection == "Users":
            held = [str(group.get("value")) for group in ask(read(call, call.path)).json.get("groups", [])]
            reply = ask(call)
            if reply.status < 300:
                for group in held:
                    self._gone.setdefault(group, []).append(call.resource)
            return reply

        def keep(group: Json) -> object:
            for member in self._gone.get(str(group.get("id")), []):
                group["members"] = [*group.get("members", []), {"value": member}]
            return None

        reply = ask(call)
        is_shown = call.method == "GET" and call.collection == "Groups" and "excludedAttributes" not in call.query
        return changed(reply, keep) if is_shown and reply.status == 200 else reply


class DeletedStillListed(Fault):
    """A deleted user is still in lists that nothing filters."""

    def __init__(self) -> None:
        self._gone: list[Json] = []

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "DELETE" and call.collection == "Users":
            user = ask(read(call, call.path))
            reply = ask(call)
            if reply.status < 300 and user.status == 200:
                self._gone = [user.json]
            return reply
        reply = ask(call)
        if _is_list(call) and call.collection == "Users" and not _filter_in(call) and self._gone:
            shown = [*reply.json.get("Resources", []), *self._gone]
            total = reply.json.get("totalResults", 0) + 1
            return reply.with_json(
                {**reply.json, "Resources": shown, "totalResults": total, "itemsPerPage": len(shown)}
            )
        return reply


class LastModifiedStandsStill(Fault):
    """lastModified of a user stays what it was at the create."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        def still(resource: Json) -> object:
            resource["meta"] = {**resource["meta"], "lastModified": resource["meta"]["created"]}
            return None

        reply = ask(call)
        return changed(reply, still) if call.collection == "Users" and reply.status in (200, 201) else reply


class VersionStandsStill(Fault):
    """meta.version of a group stays what it was at first."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        def still(resource: Json) -> object:
            if "version" in resource.get("meta", {}):
                resource["meta"] = {**resource["meta"], "version": 'W/"1"'}
            return None

        reply = ask(call)
        if call.collection == "Groups":
            kept = {n: 'W/"1"' if n.lower() == "etag" else v for n, v in reply.headers.items()}
            reply = replace(reply, headers=kept)
        return changed(reply, still) if call.collection == "Groups" and reply.status in (200, 201) else reply


class CreateChangesTheLast(Fault):
    """The create of a user changes the title of the user who was created before."""

    def __init__(self) -> None:
        self._last = ""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "POST" and call.collection == "Users" and reply.status == 201:
            if self._last:
                ask(patch(call, f"/Users/{self._last}", {"op": "replace", "path": "title", "value": "somebody else's"}))
            self._last = quote(str(reply.json.get("id")), safe="")
        return reply


class RemovedAttributeStays(Fault):
    """A remove of a single attribute, a name included, does nothing."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        steps = operations(call)
        kept = [step for step in steps if step["op"] != "remove" or "members" in str(step.get("path"))]
        if call.method == "PATCH" and call.collection == "Users" and len(kept) < len(steps):
            kept = kept or [{"op": "replace", "path": "active", "value": ask(read(call, call.path)).json.get("active")}]
            return ask(call.with_json({**call.json, "Operations": kept}))
        return ask(call)


class LongNamesCut(SentOtherwise):
    """The name of a group is cut behind twenty characters."""

    methods = ("POST", "PUT", "PATCH")
    collection = "Groups"

    def change(self, body: Json) -> object:
        if isinstance(body.get("displayName"), str):
            body["displayName"] = body["displayName"][:20]
        return None


class AnswerOfPutIsOld(Fault):
    """The answer to a PUT shows the user as they were before."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method != "PUT" or call.collection != "Users":
            return ask(call)
        before = ask(read(call, call.path))
        reply = ask(call)
        return replace(reply, body=before.body) if reply.status == 200 and before.status == 200 else reply


class QuotedFilterFindsNobody(Fault):
    """A filter whose value has a backslash in it finds nobody."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if "\\" in unquote_plus(call.query) and reply.json.get("Resources"):
            return reply.with_json({**reply.json, "Resources": [], "totalResults": 0, "itemsPerPage": 0})
        return reply


CONDITIONAL: dict[str, type[Fault]] = {
    "title-lost-in-lists": TitleLostInLists,
    "email-type-lost-in-searches": EmailTypeLostInSearches,
    "family-name-stale-in-reads": FamilyNameStaleInReads,
    "location-wrong-in-lists": LocationWrongInLists,
    "created-moves-in-lists": CreatedMovesInLists,
    "members-lost-in-searches": MembersLostInSearches,
    "active-as-text-in-lists": ActiveAsTextInLists,
    "groups-stale-in-reads": GroupsStaleInReads,
    "department-lost-in-lists": DepartmentLostInLists,
    "display-name-altered-at-put": DisplayNameAlteredAtPut,
    "given-name-of-put-ignored": GivenNameOfPutIgnored,
    "emails-doubled-at-put": EmailsDoubledAtPut,
    "apostrophes-lost": ApostrophesLost,
    "externalid-folded": ExternalIdFolded,
    "third-operation-lost": ThirdOperationLost,
    "last-added-member-lost": LastAddedMemberLost,
    "exclusion-ignored-in-reads": ExclusionIgnoredInReads,
    "second-page-repeats": SecondPageRepeats,
    "refused-patch-leaves-mark": RefusedPatchLeavesMark,
    "refused-put-leaves-mark": RefusedPutLeavesMark,
    "phone-number-suspends": PhoneNumberSuspends,
    "renaming-loses-title": RenamingLosesTitle,
    "contains-acts-as-starts-with": ContainsActsAsStartsWith,
    "filter-finds-the-next": FilterFindsTheNext,
    "deleted-member-stays": DeletedMemberStays,
    "deleted-still-listed": DeletedStillListed,
    "last-modified-stands-still": LastModifiedStandsStill,
    "version-stands-still": VersionStandsStill,
    "create-changes-the-last": CreateChangesTheLast,
    "removed-attribute-stays": RemovedAttributeStays,
    "long-names-cut": LongNamesCut,
    "answer-of-put-is-old": AnswerOfPutIsOld,
    "quoted-filter-finds-nobody": QuotedFilterFindsNobody,
}
