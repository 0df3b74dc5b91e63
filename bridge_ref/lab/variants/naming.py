"""Names and marks of resources: ids, addresses, versions, times. RFC 7643 sections 2.3 and 3.1."""

import itertools
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from bridge_ref.account.groups import Group
from bridge_ref.decisions.bulk import Bulk, Job
from bridge_ref.ids import RandomIds
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.rewriting import in_part, rewritten
from bridge_ref.lab.variants.variant import variant
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.catalogue import ENTERPRISE_URN
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.representation import Representation
from bridge_ref.scim.stored_user import Document, Membership, StoredUser

_FIRST_MS = 1_780_000_000_000  # some months before this was written: a restart goes on behind what was


class UuidsInCapitals(RandomIds):
    """Names resources by UUIDs in capital letters, in braces."""

    def new_id(self) -> str:
        """A UUID of version 4."""
        return str(uuid.uuid4()).upper()


class CountedNumbers(RandomIds):
    """Names resources by numbers of some digits, one after the other."""

    def __init__(self) -> None:
        self._numbers = itertools.count(time.time_ns() // 1_000_000 - _FIRST_MS)

    def new_id(self) -> str:
        """The next number."""
        return str(next(self._numbers))


class LongIds(RandomIds):
    """Names resources by ids of 220 letters."""

    def new_id(self) -> str:
        """A long id."""
        return "-".join([super().new_id(), *("x" * 26 for _ in range(7))]) + "-end"


class IdsWithMarks(RandomIds):
    """Names resources by ids with the marks that a path may hold as they are."""

    def new_id(self) -> str:
        """An id with an at-sign, equals signs and the like."""
        drawn = super().new_id()
        return f"u={drawn[:6]}+{drawn[6:12]}@{drawn[12:16]};a,b!({drawn[16:]})$"


class IdsToBeEscaped(RandomIds):
    """Names resources by ids that an address must escape."""

    def new_id(self) -> str:
        """An id with a space, an accent and a per cent sign."""
        drawn = super().new_id()
        return f"Zoë {drawn[:10]} 7%20{drawn[10:]}"


class AddressesEscaped(Representation):
    """Escapes ids in addresses."""

    def user_location(self, scim_id: str) -> str:
        """The address of a user."""
        return super().user_location(quote(scim_id, safe=""))

    def group_location(self, scim_id: str) -> str:
        """The address of a group."""
        return super().group_location(quote(scim_id, safe=""))

    def with_references(self, document: Document) -> Document:
        """The document, with the address of the manager's user beside its id."""
        shown = super().with_references(document)
        manager = shown.get(ENTERPRISE_URN, {}).get("manager", {})
        if "$ref" not in manager:
            return shown
        named = manager | {"$ref": self.user_location(manager["value"])}
        return shown | {ENTERPRISE_URN: shown[ENTERPRISE_URN] | {"manager": named}}


class LocationsEscaped(Bulk):
    """Escapes ids in the addresses of a job's answer."""

    def _location(self, job: Job, operation: Mapping[str, Any], answer: Answer | ScimError) -> str | None:
        location = super()._location(job, operation, answer)
        return location if location is None or location.isascii() else quote(location, safe=":/")


class LongVersions(Etags):
    """Writes long tags with the marks of base 64."""

    def user(self, user: StoredUser, groups: Sequence[Membership]) -> str | None:
        """The tag, longer."""
        return _longer(super().user(user, groups))

    def group(self, group: Group) -> str | None:
        """The tag, longer."""
        return _longer(super().group(group))


def _longer(tag: str | None) -> str | None:
    if tag is None:
        return None
    head, _, rest = tag.removeprefix("W/").strip('"').partition("-")
    return f'W/"{head}-{rest}/3q2+7w==' + "0123456789abcdef" * 6 + '"'


def _without_zone(meta: dict[str, Any]) -> dict[str, Any]:
    times: dict[str, Any] = {name: meta[name].removesuffix("Z") for name in ("created", "lastModified") if name in meta}
    return {**meta, **times}


def _with_plain_offset(meta: dict[str, Any]) -> dict[str, Any]:
    times: dict[str, Any] = {
        name: meta[name].removesuffix("Z") + "+00:00" for name in ("created", "lastModified") if name in meta
    }
    return {**meta, **times}


variant("uuids-in-capitals", "Names resources by UUIDs in capitals.", "RFC7643 3.1", UuidsInCapitals)
variant("counted-numbers", "Names resources by numbers, as they come.", "RFC7643 3.1", CountedNumbers)
variant("long-ids", "Names resources by ids of 220 letters.", "RFC7643 3.1", LongIds)
variant("ids-with-marks", "Names resources by ids with marks.", "RFC7643 3.1; RFC3986 3.3", IdsWithMarks)
variant(
    "ids-to-be-escaped",
    "Names resources by ids that stand escaped in addresses.",
    "RFC7643 3.1; RFC3986 2.1",
    IdsToBeEscaped,
    AddressesEscaped,
    LocationsEscaped,
)
variant("long-versions", "Names versions by tags of more than a hundred letters.", "RFC9110 8.8.3", LongVersions)
variant(
    "times-without-zone",
    "Tells times without a zone.",
    "RFC7643 2.3.5; XML Schema Part 2, 3.2.7",
    rewritten(in_part("meta", _without_zone)),
    reach=VENDORS,
)
variant(
    "times-with-offset-zero",
    "Tells times with +00:00.",
    "RFC7643 2.3.5",
    rewritten(in_part("meta", _with_plain_offset)),
)
