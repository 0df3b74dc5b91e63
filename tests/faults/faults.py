"""Faults from public reports about SCIM servers, each one put before the reference bridge by the proxy.

`docs/` names none of the products: what is told here is the fault, not who had it.
"""

from __future__ import annotations

import json
from urllib.parse import parse_qs, unquote_plus

from tests.faults.proxy import Ask, Call, Fault, Json, Reply

RESOURCES = ("Users", "Groups")
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def operations(call: Call) -> list[Json]:
    """The operations of a PATCH, with their names in lower case."""
    found = call.json.get("Operations")
    entries = found if isinstance(found, list) else []
    return [{**each, "op": str(each.get("op")).lower()} for each in entries if isinstance(each, dict)]


def patch(call: Call, path: str, *steps: Json) -> Call:
    """A PATCH of our own, with the caller's credentials."""
    headers = {**call.headers, "Content-Type": "application/scim+json"}
    return Call("PATCH", path, "", headers, json.dumps({"schemas": [PATCH_OP], "Operations": list(steps)}).encode())


def read(call: Call, path: str, query: str = "") -> Call:
    """A GET with the caller's credentials."""
    return Call("GET", path, query, call.headers, b"")


def resources(reply: Reply) -> list[Json]:
    """The resources of a list or of a single answer."""
    found = reply.json.get("Resources")
    return found if isinstance(found, list) else [reply.json] if "id" in reply.json else []


def changed(reply: Reply, change: object) -> Reply:
    """The answer with every resource in it changed in place by a function."""
    document = reply.json
    for resource in document["Resources"] if isinstance(document.get("Resources"), list) else [document]:
        if callable(change):
            change(resource)
    return reply.with_json(document) if document else reply


class RemoveOneLosesAll(Fault):
    """A PATCH that removes one member removes all."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        is_removal = any(
            step["op"] == "remove" and str(step.get("path", "")).lower().startswith("members")
            for step in operations(call)
        )
        if call.method == "PATCH" and call.collection == "Groups" and is_removal and reply.status < 300:
            ask(patch(call, call.path, {"op": "remove", "path": "members"}))
            return ask(read(call, call.path)) if reply.status == 200 else reply
        return reply


class ReplaceWithoutMembersEmpties(Fault):
    """A replace of a group's other attributes, by PATCH without a path or by PUT, empties the group."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.collection != "Groups" or reply.status >= 300:
            return reply
        replaced = [step.get("value") for step in operations(call) if step["op"] == "replace" and "path" not in step]
        lacks = any(isinstance(value, dict) and "members" not in value for value in replaced)
        if call.method == "PATCH" and lacks:
            ask(patch(call, call.path, {"op": "remove", "path": "members"}))
            return ask(read(call, call.path)) if reply.status == 200 else reply
        return reply


class EmailTypeDropped(Fault):
    """The type of an address is not kept."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        def drop(user: Json) -> None:
            for email in user.get("emails", []):
                email.pop("type", None)

        reply = ask(call)
        return changed(reply, drop) if call.collection == "Users" else reply


class ListsWithoutMembers(Fault):
    """A list of groups shows no members, though it was not asked to leave them out."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        is_list = call.method == "GET" and call.collection == "Groups" and not call.resource
        return changed(reply, lambda group: group.pop("members", None)) if is_list else reply


class DeleteOfMemberFails(Fault):
    """DELETE of a user who is in a group gives 500, and nothing happens."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "DELETE" and call.collection == "Users":
            user = ask(read(call, call.path))
            if user.json.get("groups"):
                return self.on_error(500, "update or delete on table violates foreign key constraint")
        return ask(call)


class DeleteOfNobodyFails(Fault):
    """DELETE of a user who is not there gives 500."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "DELETE" and reply.status == 404:
            return self.on_error(500, "Attempt to read property on null")
        return reply


class NumericIds(Fault):
    """Ids are numbers, not texts."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def answer(self, call: Call, ask: Ask) -> Reply:
        names = {str(number): scim_id for scim_id, number in self._numbers.items()}

        def inward(text: str) -> str:
            return "/".join(names.get(part, part) for part in text.split("/"))

        body = json.dumps(self._named(call.json, names)).encode() if call.json else call.body
        query = call.query
        for number, scim_id in names.items():
            query = query.replace(f"%22{number}%22", f"%22{scim_id}%22").replace(f'"{number}"', f'"{scim_id}"')
        reply = ask(Call(call.method, inward(call.path), query, call.headers, body))
        return self._numbered(reply) if call.collection in ("Users", "Groups") else reply

    def _named(self, value: object, names: dict[str, str]) -> object:
        if isinstance(value, dict):
            return {
                key: names.get(str(part), part) if key == "value" and not isinstance(part, dict | list | bool)
                else self._named(part, names)
                for key, part in value.items()
            }  # fmt: skip
        if isinstance(value, list):
            return [self._named(part, names) for part in value]
        if isinstance(value, str) and "members[" in value:
            for number, scim_id in names.items():
                value = value.replace(f'"{number}"', f'"{scim_id}"')
        return value

    def _numbered(self, reply: Reply) -> Reply:
        document = reply.json
        if not document:
            return reply
        for resource in resources(reply):
            self._numbers.setdefault(str(resource.get("id")), 1000 + len(self._numbers))
        text = json.dumps(document)
        for scim_id, number in self._numbers.items():
            text = text.replace(f'"id": "{scim_id}"', f'"id": {number}').replace(scim_id, str(number))
        location = reply.headers.get("Location", "")
        for scim_id, number in self._numbers.items():
            location = location.replace(scim_id, str(number))
        headers = {**reply.headers, **({"Location": location} if location else {})}
        return Reply(reply.status, headers, text.encode())


class RenamingSuspends(Fault):
    """A change of userName leaves the user inactive."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.collection != "Users" or call.method not in ("PUT", "PATCH") or not call.resource:
            return ask(call)
        before = ask(read(call, call.path)).json.get("userName")
        reply = ask(call)
        if reply.status < 300 and before != ask(read(call, call.path)).json.get("userName"):
            ask(patch(call, call.path, {"op": "replace", "path": "active", "value": False}))
            return ask(read(call, call.path)) if reply.status == 200 else reply
        return reply


class TextBooleansRefused(Fault):
    """`active` as a text gives 400."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        for step in operations(call):
            value = step.get("value")
            told = value if str(step.get("path", "")).lower() == "active" else None
            if isinstance(value, dict):
                told = value.get("active")
            if isinstance(told, str):
                return self.on_error(400, "active must be a boolean")
        return ask(call)


class AgentDemanded(Fault):
    """A request without a User-Agent gives 403."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if not any(name.lower() == "user-agent" for name in call.headers):
            return self.on_error(403, "Request forbidden by administrative rules")
        return ask(call)


class PlainTextErrors(Fault):
    """Errors are plain text."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if reply.status < 400:
            return reply
        return Reply(reply.status, {"Content-Type": "text/plain"}, str(reply.json.get("detail", "error")).encode())


class InactiveUsersHidden(Fault):
    """A look-up finds no inactive user, though a create of the name is refused with 409."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        is_filtered = "filter" in parse_qs(call.query)
        if call.method == "GET" and call.collection == "Users" and not call.resource and is_filtered:
            found = resources(reply)
            shown = [user for user in found if user.get("active") is not False]
            total = int(reply.json.get("totalResults", len(found))) - len(found) + len(shown)
            return reply.with_json(
                {**reply.json, "Resources": shown, "totalResults": total, "itemsPerPage": len(shown)}
            )
        return reply


class FilterByExternalIdRefused(Fault):
    """A filter by externalId gives 400."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "GET" and "externalid" in unquote_plus(call.query).lower():
            return self.on_error(400, "filter attribute externalId is not supported")
        return ask(call)


class UnknownMemberFails(Fault):
    """A member whom nobody knows gives 500."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.collection == "Groups" and call.method in ("POST", "PUT", "PATCH"):
            for member in self._named(call):
                found = [ask(read(call, f"/{kind}/{member}")).status for kind in ("Users", "Groups")]
                if 200 not in found:
                    return self.on_error(500, "insert violates foreign key constraint")
        return ask(call)

    def _named(self, call: Call) -> list[str]:
        held = [call.json.get("members")]
        for step in operations(call):
            value = step.get("value")
            if step["op"] != "remove":
                held.append(value.get("members") if isinstance(value, dict) and "members" in value else value)
        members = [each for group in held if isinstance(group, list) for each in group]
        return [str(each["value"]) for each in members if isinstance(each, dict) and each.get("value")]


class RefusedCreateTakesExternalId(Fault):
    """A create that is refused with 409 takes the externalId off the user in the way."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        if call.method == "POST" and call.collection == "Users" and reply.status == 409:
            name = call.json.get("userName")
            for user in resources(ask(read(call, "/Users", f"filter=userName%20eq%20%22{name}%22"))):
                ask(patch(call, f"/Users/{user['id']}", {"op": "remove", "path": "externalId"}))
        return reply


class ForeignFilterRefused(Fault):
    """A filter value outside ASCII gives 400."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.method == "GET" and not unquote_plus(call.query).isascii():
            return self.on_error(400, "ordinal not in range(128)")
        return ask(call)


class DeletedNameStaysTaken(Fault):
    """The name of a deleted group stays taken."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def answer(self, call: Call, ask: Ask) -> Reply:
        if call.collection != "Groups":
            return ask(call)
        if call.method == "POST" and str(call.json.get("displayName")).lower() in self._taken:
            return self.on_error(409, "a group of that name exists")
        name = ask(read(call, call.path)).json.get("displayName") if call.method == "DELETE" else None
        reply = ask(call)
        if name and reply.status < 300:
            self._taken.add(str(name).lower())
        return reply


class IdsMissing(Fault):
    """No resource has an id."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        reply = ask(call)
        return changed(reply, lambda each: each.pop("id", None)) if call.collection in RESOURCES else reply


class IdsOfAnotherType(Fault):
    """Ids are objects."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        def wrap(resource: Json) -> None:
            if "id" in resource:
                resource["id"] = {"value": resource["id"]}

        reply = ask(call)
        return changed(reply, wrap) if call.collection in RESOURCES else reply


class CoreUnderUrn(Fault):
    """The attributes of the core schema stand below its URN."""

    def answer(self, call: Call, ask: Ask) -> Reply:
        def move(resource: Json) -> None:
            if "id" in resource:
                common = {"schemas", "id", "externalId", "meta"}
                core = {name: value for name, value in resource.items() if name not in common and ":" not in name}
                for name in core:
                    del resource[name]
                resource[resource["schemas"][0]] = core

        reply = ask(call)
        return changed(reply, move) if call.collection in RESOURCES else reply


FAULTS: dict[str, type[Fault]] = {
    "none": Fault,
    "remove-one-loses-all": RemoveOneLosesAll,
    "replace-without-members-empties": ReplaceWithoutMembersEmpties,
    "email-type-dropped": EmailTypeDropped,
    "lists-without-members": ListsWithoutMembers,
    "delete-of-member-fails": DeleteOfMemberFails,
    "delete-of-nobody-fails": DeleteOfNobodyFails,
    "numeric-ids": NumericIds,
    "ids-missing": IdsMissing,
    "ids-of-another-type": IdsOfAnotherType,
    "core-under-urn": CoreUnderUrn,
    "renaming-suspends": RenamingSuspends,
    "text-booleans-refused": TextBooleansRefused,
    "agent-demanded": AgentDemanded,
    "plain-text-errors": PlainTextErrors,
    "inactive-users-hidden": InactiveUsersHidden,
    "filter-by-externalid-refused": FilterByExternalIdRefused,
    "unknown-member-fails": UnknownMemberFails,
    "refused-create-takes-externalid": RefusedCreateTakesExternalId,
    "foreign-filter-refused": ForeignFilterRefused,
    "deleted-name-stays-taken": DeletedNameStaysTaken,
}
