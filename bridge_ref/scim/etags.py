"""Versions of resources and conditional requests: RFC 7644 section 3.14, RFC 9110 section 13."""

import re
import zlib
from collections.abc import Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.groups import Group
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import ScimError
from bridge_ref.scim.stored_user import Membership, StoredUser

_TAG = r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")'
_TAGS = re.compile(rf"\s*{_TAG}\s*(?:,\s*{_TAG}\s*)*")
ANY = "*"


class Conditions(Struct, frozen=True):
    """The opaque parts of the tags that a request names; none where it sets no condition."""

    if_match: frozenset[str] | None = None
    if_none_match: frozenset[str] | None = None

    @property
    def are_set(self) -> bool:
        """Whether there is any condition at all."""
        return self.if_match is not None or self.if_none_match is not None


UNCONDITIONAL = Conditions()


class Etags:
    """Names versions and compares them.

    All tags are weak and compared as such, also by If-Match: under the strong comparison that HTTP has there no
    request of RFC 7644 could ever succeed.
    """

    def __init__(self, is_offered: bool) -> None:
        self.is_offered = is_offered

    def user(self, user: StoredUser, groups: Sequence[Membership]) -> str | None:
        """The tag of a user as shown: its own version, and with it the groups, which others change."""
        if not self.is_offered:
            return None
        return f'W/"{user.version}-{_mark(tuple(groups))}"' if groups else f'W/"{user.version}"'

    def group(self, group: Group) -> str | None:
        """The tag of a group; a change of its members is a change of the group."""
        return f'W/"{group.version}"' if self.is_offered else None

    def parse(self, if_match: str | None, if_none_match: str | None) -> Conditions:
        """The conditions of a request; a bridge without versions passes over them."""
        if not self.is_offered or (if_match is None and if_none_match is None):
            return UNCONDITIONAL
        return Conditions(_parse(if_match, "If-Match"), _parse(if_none_match, "If-None-Match"))

    def check_write(self, conditions: Conditions, version: int) -> None:
        """Refuse to change a resource whose version is not the one that is meant."""
        wanted, unwanted = conditions.if_match, conditions.if_none_match
        if wanted is not None and not self.names(wanted, version):
            raise precondition_failed("The resource has changed since the version that If-Match names.")
        if unwanted is not None and self.names(unwanted, version):
            raise precondition_failed("The resource is at a version that If-None-Match rules out.")

    def names(self, tags: frozenset[str], version: int) -> bool:
        """Whether one of the tags is of this version, whatever groups were shown with it."""
        return ANY in tags or str(version) in {tag.strip('"').partition("-")[0] for tag in tags}

    def read(self, answer: Answer, conditions: Conditions) -> Answer:
        """The answer to a read: short if the client has this version already."""
        if conditions is UNCONDITIONAL:
            return answer
        if conditions.if_match is not None and not _names_shown(conditions.if_match, answer.etag):
            raise precondition_failed("The resource has changed since the version that If-Match names.")
        if conditions.if_none_match is not None and _names_shown(conditions.if_none_match, answer.etag):
            return replace(answer, status=304, body=None)
        return answer


def precondition_failed(detail: str) -> ScimError:
    """A condition of the request that does not hold."""
    return ScimError(412, detail)


@lru_cache(maxsize=4096)
def _mark(groups: tuple[Membership, ...]) -> str:
    # Most users are in the same groups as many others.
    shown = "".join([f"{group.scim_id} {group.name}\n" for group in groups])
    return f"{zlib.crc32(shown.encode(errors='replace')):x}"


def _names_shown(tags: frozenset[str], etag: str | None) -> bool:
    return ANY in tags or (etag or "").removeprefix("W/") in tags


def _parse(header: str | None, name: str) -> frozenset[str] | None:
    if header is None:
        return None
    if header.strip() == ANY:
        return frozenset({ANY})
    if _TAGS.fullmatch(header) is None:
        raise ScimError(400, f"{name} must be entity-tags or an asterisk; {header[:80]!r} is neither.", "invalidSyntax")
    return frozenset(re.findall(_TAG, header))
