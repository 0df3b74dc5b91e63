"""How a server spells, derives and demands values: RFC 7643 sections 2, 3.1 and 7, RFC 7644 sections 3.3 and 3.12."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bridge_ref.account.changes import ChangeSet, change
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.queries import Decision, FindShownUser, ask
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.lab.variants.capabilities import FLOWS, VENDORS
from bridge_ref.lab.variants.contents import reshaped
from bridge_ref.lab.variants.variant import variant
from bridge_ref.lab.variants.writing import completing
from bridge_ref.scim.catalogue import ENTERPRISE_URN, USER
from bridge_ref.scim.errors import ScimError, invalid_value
from bridge_ref.scim.projection import Projection
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.schema import Attribute, Schema
from bridge_ref.scim.stored_user import AddUser, ChangeUser, Document, Membership, StoredUser, User


def _in_texts(spell: Callable[[str], str], kept: tuple[str, ...] = ("externalId",)) -> Callable[[Document], Document]:
    def change_value(value: Any) -> Any:
        if isinstance(value, str):
            return spell(value)
        if isinstance(value, list):
            return [change_value(each) for each in value]
        if isinstance(value, dict):
            return {name: each if name in kept else change_value(each) for name, each in value.items()}
        return value

    return lambda document: {name: each if name in kept else change_value(each) for name, each in document.items()}


def _trimmed(text: str) -> str:
    return text.strip()


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _digits_alone(document: Document) -> Document:
    def plain(number: dict[str, Any]) -> dict[str, Any]:
        value = str(number.get("value", ""))
        return {**number, "value": re.sub(r"[ .()/-]", "", value)} if value[:1] == "+" else number

    numbers = document.get("phoneNumbers")
    return {**document, "phoneNumbers": [plain(each) for each in numbers]} if numbers else document


class AddressesOfNames(Users):
    """Gives a newcomer without an e-mail address their userName as one."""

    def create(self, body: Any, projection: Projection, context: DecisionContext) -> ScimDecision:
        """The decision, with an address."""
        names = {str(name).lower(): value for name, value in body.items()} if isinstance(body, dict) else {}
        user_name = names.get("username")
        if "emails" in names or not isinstance(user_name, str) or "@" not in user_name:
            return super().create(body, projection, context)
        emails = [{"value": user_name.strip(), "type": "work", "primary": True}]
        return super().create({**body, "emails": emails}, projection, context)


def _addresses_alone(document: Document) -> Document:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", document["userName"]):
        raise invalid_value("userName must be an e-mail address.")
    return document


class ManagersAreKnown(Users):
    """Refuses a manager who is no user here."""

    def create(self, body: Any, projection: Any, context: DecisionContext) -> ScimDecision:
        """The outcome, for a manager whom it knows, or none."""
        outcome = yield from super().create(body, projection, context)
        yield from _look_for_manager(outcome)
        return outcome

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, for a manager whom it knows, or none."""
        outcome = yield from super().replace(write, context)
        yield from _look_for_manager(outcome)
        return outcome

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, for a manager whom it knows, or none."""
        outcome = yield from super().patch(write, context)
        yield from _look_for_manager(outcome)
        return outcome


def _look_for_manager(outcome: Outcome) -> Decision[None]:
    for each in outcome.change_set.changes:
        document = each.document if isinstance(each, ChangeUser) else {}
        if isinstance(each, AddUser):
            document = each.user.document
        manager = document.get(ENTERPRISE_URN, {}).get("manager", {}).get("value")
        if manager is not None and (yield from ask(FindShownUser(manager))) is None:
            raise invalid_value("The manager is no user of this server.")


class UserNamesStay(Users):
    """Lets nobody change a userName."""

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, where the name is as before."""
        return (yield from self._unless_renamed(write, super().replace(write, context)))

    def patch(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome, where the name is as before."""
        return (yield from self._unless_renamed(write, super().patch(write, context)))

    def _unless_renamed(self, write: Write, decision: ScimDecision) -> ScimDecision:
        found = yield from ask(FindShownUser(write.scim_id))
        outcome = yield from decision
        for each in outcome.change_set.changes:
            if isinstance(each, ChangeUser) and found and each.document["userName"] != found[0].document["userName"]:
                raise ScimError(400, "userName cannot be changed.", "mutability")
        return outcome


class UnchangedPutsAreWrites(Users):
    """Counts a PUT that changes nothing as a change: another version, another time."""

    is_replacing = False

    def replace(self, write: Write, context: DecisionContext) -> ScimDecision:
        """The outcome of a PUT; a PATCH that adds what is there moves no time (RFC 7644 section 3.5.2.1)."""
        self.is_replacing = True
        try:
            return (yield from super().replace(write, context))
        finally:
            self.is_replacing = False

    def apply_to_member(
        self, user: User, document: Document, context: DecisionContext, names_address: bool
    ) -> ChangeSet:
        """What it does to the member, and a new version."""
        moved = super().apply_to_member(user, document, context, names_address)
        if document != user.document or not self.is_replacing:
            return moved
        return moved + change(ChangeUser(user.id, document, max(context.now_ms, user.modified_ms + 1), document))


class ActiveByDefault(Users):
    """Takes a PUT without `active` for one with its default, true."""

    def left_out(self, before: Document, body: Any) -> Document:
        """Access, where the body does not speak of it."""
        return {"active": True}


def _declared(**changes: dict[str, Any]) -> Callable[[], None]:
    def reshape() -> None:
        attributes = tuple(_with(each, changes) for each in USER.schema.attributes)
        reshaped(USER, replace(USER.schema, attributes=attributes))

    return reshape


def _with(attribute: Attribute, changes: dict[str, dict[str, Any]]) -> Attribute:
    return replace(attribute, **changes[attribute.name]) if attribute.name in changes else attribute


_WORK = Schema(
    "urn:example:params:scim:schemas:extension:work:1.0:User",
    "Work",
    "One attribute of every type.",
    (
        Attribute("shoeSize", "A whole number.", "integer"),
        Attribute("share", "A number with a fraction.", "decimal"),
        Attribute("isRemote", "Whether the person works at home.", "boolean"),
        Attribute("since", "The first day.", "dateTime"),
        Attribute("badgePhoto", "A picture.", "binary", case_exact=True),
        Attribute("homepage", "Where to read more.", "reference", case_exact=True, reference_types=("external",)),
        Attribute("languages", "What the person speaks.", multi_valued=True),
        Attribute(
            "desk",
            "Where the person sits.",
            "complex",
            sub_attributes=(Attribute("floor", "Counted from the street.", "integer"), Attribute("room", "Its name.")),
        ),
        Attribute(
            "keys",
            "What the person opens.",
            "complex",
            multi_valued=True,
            sub_attributes=(Attribute("value", "The number of the key."), Attribute("type", "What it opens.")),
        ),
    ),
)


class UsersAsAWhole(Representation):
    """Writes a user from the document, which may hold any extension."""

    def whole_user(self, user: StoredUser, groups: Sequence[Membership]) -> dict[str, Any]:
        """The same, and `schemas` names each extension."""
        return super().whole_user(user, groups)


def _work() -> None:
    reshaped(USER, USER.schema, (*USER.extensions, _WORK))


variant(
    "texts-trimmed",
    "Keeps texts without blanks at their ends.",
    "RFC7643 2.3.1; RFC7644 3.3",
    completing(_in_texts(_trimmed)),
    reach=VENDORS,
)
variant(
    "texts-in-one-form",
    "Keeps texts in the composed form of Unicode.",
    "RFC7643 2.3.1; RFC7644 7.8",
    completing(_in_texts(_composed)),
)
variant(
    "numbers-in-digits",
    "Keeps international phone numbers as a plus and digits.",
    "RFC7643 4.1.2",
    completing(_digits_alone),
    reach=VENDORS,
)
variant(
    "addresses-of-names",
    "Gives newcomers without an e-mail address their userName as one.",
    "RFC7644 3.3",
    AddressesOfNames,
)
variant(
    "names-are-addresses",
    "Refuses a userName that is no e-mail address.",
    "RFC7644 3.12; RFC7643 4.1.1",
    completing(_addresses_alone),
)
variant(
    "managers-are-known",
    "Refuses a manager who is no user here.",
    "RFC7643 4.3, 2.3.7; RFC7644 3.12",
    ManagersAreKnown,
    reach=VENDORS,
)
variant(
    "user-names-stay",
    "Lets nobody change a userName, and says so.",
    "RFC7643 7; RFC7644 3.5.1",
    UserNamesStay,
    reshape=_declared(userName={"mutability": "immutable"}),
    reach=FLOWS,
)
variant(
    "unchanged-puts-are-writes",
    "Counts a PUT that changes nothing as a change.",
    "RFC7644 3.5.1; RFC7643 3.1",
    UnchangedPutsAreWrites,
)
variant(
    "titles-are-given",
    "Sets title, user type and nickname by itself, and says that they are read-only.",
    "RFC7643 7, 2.2",
    reshape=_declared(
        title={"mutability": "readOnly"}, userType={"mutability": "readOnly"}, nickName={"mutability": "readOnly"}
    ),
    reach=FLOWS,  # what a provider sends of somebody holds a title, and is refused as a whole
)
variant(
    "nicknames-in-exact-case",
    "Compares nicknames, titles and types by letter case, and says so.",
    "RFC7643 2.2, 7",
    reshape=_declared(nickName={"case_exact": True}, title={"case_exact": True}, userType={"case_exact": True}),
)
variant(
    "display-names-demanded",
    "Demands a displayName, and says so.",
    "RFC7643 2.2, 7",
    reshape=_declared(displayName={"required": True}),
    reach=FLOWS,
)
variant(
    "an-attribute-of-every-type",
    "Has an extension with an attribute of every type.",
    "RFC7643 2.3, 3.3",
    UsersAsAWhole,
    reshape=_work,
)
variant(
    "active-by-default",
    "Takes a PUT without `active` for one with its default, true.",
    "RFC7644 3.5.1",
    ActiveByDefault,
)
