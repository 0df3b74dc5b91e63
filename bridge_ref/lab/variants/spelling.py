"""Answers spelt otherwise: media type, JSON, order and letter case of names, times, addresses, errors."""

import gzip
import json
import re
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace as settings_with
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.groups import Group
from bridge_ref.decisions.bulk import Bulk, Job
from bridge_ref.endpoints.scim import ScimEndpoints
from bridge_ref.http.message import RequestHeaders, Response, header
from bridge_ref.http.negotiation import SCIM_JSON, Negotiation
from bridge_ref.ids import RandomIds
from bridge_ref.lab.variants.capabilities import VENDORS
from bridge_ref.lab.variants.rewriting import Rewrite, dressed, everywhere, in_part, rewritten, with_resources
from bridge_ref.lab.variants.variant import variant
from bridge_ref.runtime.wiring import BridgeSettings
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.errors import Errors, ScimError
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.stored_user import Membership, StoredUser

_MESSAGES = "urn:ietf:params:scim:api:messages:"


class CharsetNamed(Negotiation):
    """Names the encoding in the media type."""

    def content_type(self) -> str:
        """The label of an answer."""
        return f"{SCIM_JSON}; charset=utf-8"


class MediaTypeInCapitals(Negotiation):
    """Writes the media type with a quoted parameter and capitals."""

    def content_type(self) -> str:
        """The label of an answer."""
        return 'Application/SCIM+json;charset="UTF-8"'


class JsonOnRequest(ScimEndpoints):
    """Labels an answer application/json for a client that asks for that."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """The answer under the name that was asked for."""
        response = await super().handle(method, path, query, headers, body)
        accepted = header(headers, "accept") or ""
        if "application/json" not in accepted or SCIM_JSON in accepted:
            return response
        kept = tuple((name, value) for name, value in response.headers if name != "content-type")
        named = (("content-type", "application/json"),) if response.body else ()
        return Response(response.status, (*kept, *named), response.body)


def _indented(response: Response) -> Response:
    if not response.body:
        return response
    text = json.dumps(json.loads(response.body), indent=4, ensure_ascii=False)
    return replace(response, body=text.replace("\n", "\r\n").encode() + b"\r\n")


def _escaped(response: Response) -> Response:
    if not response.body:
        return response
    return replace(response, body=json.dumps(json.loads(response.body)).replace("/", "\\/").encode())


def _bare(response: Response) -> Response:
    unneeded = {"content-location", "x-content-type-options", "cache-control"}
    if response.status != 201:
        unneeded.add("location")
    return replace(response, headers=tuple((name, value) for name, value in response.headers if name not in unneeded))


def _talkative(response: Response) -> Response:
    further = (
        ("server", "example/7.3"),
        ("vary", "Accept, Accept-Encoding"),
        ("x-request-id", "7f8c0e2a"),
        ("strict-transport-security", "max-age=31536000"),
        ("set-cookie", "route=a1; Path=/; HttpOnly"),
        ("set-cookie", "stick=b2; Path=/; HttpOnly"),
    )
    return replace(response, headers=response.headers + further)


def _closing(response: Response) -> Response:
    return replace(response, headers=(*response.headers, ("connection", "close")))


class AnswersAreCompressed(ScimEndpoints):
    """Compresses an answer for a client that takes gzip."""

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """The answer, compressed where it may be."""
        response = await super().handle(method, path, query, headers, body)
        if not response.body or "gzip" not in (header(headers, "accept-encoding") or ""):
            return response
        return Response(
            response.status, (*response.headers, ("content-encoding", "gzip")), gzip.compress(response.body, 1)
        )


def _backwards(shown: dict[str, Any]) -> dict[str, Any]:
    return dict(reversed(shown.items()))


def _extensions_first(shown: dict[str, Any]) -> dict[str, Any]:
    return {**shown, "schemas": shown["schemas"][::-1]} if "schemas" in shown else shown


def _capitalised(shown: dict[str, Any]) -> dict[str, Any]:
    """The resource with the names of its own schema in capitals; the common attributes as every client knows them."""
    common = {"schemas", "id", "externalId", "meta"}
    return {name if name in common or ":" in name else name[:1].upper() + name[1:]: shown[name] for name in shown}


def _spelt_by(spell: Callable[[str], str]) -> Rewrite:
    """A rewriting of every attribute's name in what is no message; URNs stay as they are."""
    rename = everywhere(lambda part: {name if ":" in name else spell(name): part[name] for name in part})

    def rewrite(body: Any) -> Any:
        if not isinstance(body, dict):
            return body
        if isinstance(body.get("Resources"), list):
            return {**body, "Resources": [rename(each) for each in body["Resources"]]}
        is_message = any(urn.startswith(_MESSAGES) for urn in body.get("schemas", ()))
        return body if is_message else rename(body)

    return rewrite


def _with_a_capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _moments(render: Any) -> Any:
    def change(meta: dict[str, Any]) -> dict[str, Any]:
        times: dict[str, Any] = {
            name: render(datetime.fromisoformat(meta[name])) for name in ("created", "lastModified") if name in meta
        }
        return {**meta, **times}

    return rewritten(in_part("meta", change))


def _in_seconds(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _far_away(moment: datetime) -> str:
    return moment.astimezone(timezone(timedelta(hours=-9, minutes=-30))).isoformat(timespec="milliseconds")


def _finely(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"


class StrongEtags(Etags):
    """Marks no tag as weak."""

    def user(self, user: StoredUser, groups: Sequence[Membership]) -> str | None:
        """The tag without its mark."""
        return _strong(super().user(user, groups))

    def group(self, group: Group) -> str | None:
        """The tag without its mark."""
        return _strong(super().group(group))


def _strong(tag: str | None) -> str | None:
    return None if tag is None else tag.removeprefix("W/")


class NumberedIds(RandomIds):
    """Names resources by numbers."""

    def new_id(self) -> str:
        """Digits that begin with a one."""
        return str(10**18 + int.from_bytes(super().new_id().encode()[:16]) % 10**17)


class UuidIds(RandomIds):
    """Names resources by UUIDs."""

    def new_id(self) -> str:
        """A UUID of version 4."""
        return str(uuid.uuid4())


class PunctuatedIds(RandomIds):
    """Names resources by ids with every mark that an address may have unescaped."""

    def new_id(self) -> str:
        """An id with a dot, a tilde, a hyphen and an underscore."""
        drawn = super().new_id()
        return f"{drawn[:4]}.{drawn[4:9]}~{drawn[9:14]}-{drawn[14:20]}_{drawn[20:]}"


class UrnIds(RandomIds):
    """Names resources by URNs."""

    def new_id(self) -> str:
        """An id with colons."""
        return f"urn:example:{super().new_id().lower()}"


def _without_detail(body: Any) -> Any:
    """An error without `detail`, unless it has to say which limit or which comparison is meant."""
    needs_it = not isinstance(body, dict) or body.get("status") == "413" or body.get("scimType") == "invalidFilter"
    return body if needs_it else {name: value for name, value in body.items() if name != "detail"}


class ErrorsInAnotherLanguage(Errors):
    """Tells errors in Japanese."""

    def render(self, error: ScimError) -> dict[str, Any]:
        """The body with another text."""
        numbers = "、".join(re.findall(r"\d+", error.detail))
        return super().render(error) | {"detail": f"要求を処理できません（{error.status}）。{numbers}"}


class NullErrorTypes(Errors):
    """Shows `scimType` as null where an error has none."""

    def render(self, error: ScimError) -> dict[str, Any]:
        """The body with every member."""
        return {"scimType": None, **super().render(error)}


class ChallengeInDetail(Negotiation):
    """Offers two schemes to a client without a token, and says what was wrong."""

    def challenge(self) -> tuple[tuple[str, str], ...]:
        """Both schemes in one header."""
        bearer = 'Bearer realm="example", error="invalid_token", error_description="expired"'
        return (("www-authenticate", f'{bearer}, Basic realm="example"'),)


class BulkResponsesInFull(Bulk):
    """Shows in a bulk response the body of each operation."""

    def entry(self, job: Job, operation: Any, answer: Answer | ScimError) -> dict[str, Any]:
        """The entry with the body of a success too."""
        entry = super().entry(job, operation, answer)
        return entry if isinstance(answer, ScimError) or answer.body is None else {**entry, "response": answer.body}


def _without_numbers(body: Any) -> Any:
    """A complete list without the numbers that only a part of it needs."""
    if not isinstance(body, dict) or "totalResults" not in body or "nextCursor" in body:
        return body
    if body["totalResults"] == len(body["Resources"]) and body.get("startIndex", 1) == 1:
        left = {name: value for name, value in body.items() if name not in ("startIndex", "itemsPerPage")}
        return left if left["totalResults"] else {name: left[name] for name in left if name != "Resources"}
    return body


def _without_version(meta: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in meta.items() if name != "version"}


def _at_localhost(settings: BridgeSettings) -> BridgeSettings:
    return settings_with(settings, base_url=settings.base_url.replace("127.0.0.1", "localhost"))


variant(
    "another-host-in-addresses",
    "Writes addresses with another name of its host than clients use.",
    "RFC7644 1.3, 3.1; RFC9110 7.4",
    settle=_at_localhost,
)
variant("charset-named", "Names the encoding in the media type.", "RFC7644 3.8; RFC9110 8.3.1", CharsetNamed)
variant(
    "media-type-in-capitals",
    "Writes the media type with capitals and a quoted charset.",
    "RFC9110 8.3.1",
    MediaTypeInCapitals,
)
variant(
    "json-on-request",
    "Labels answers application/json for a client that asks for it.",
    "RFC7644 3.8, 8.1",
    JsonOnRequest,
)
variant("json-indented", "Indents its JSON, with CRLF at the end of lines.", "RFC8259 2", dressed(_indented))
variant("json-escaped", "Escapes in its JSON slashes and all that is not ASCII.", "RFC8259 7", dressed(_escaped))
variant("few-headers", "Sends no header that is not asked of it.", "RFC7644 3.4.1; RFC9110 8.7", dressed(_bare))
variant("many-headers", "Sends cookies, Vary and headers of its own.", "RFC9110 5", dressed(_talkative))
variant("connections-are-closed", "Closes the connection after every answer.", "RFC9112 9.6", dressed(_closing))
variant(
    "answers-are-compressed", "Compresses answers for a client that takes gzip.", "RFC9110 8.4", AnswersAreCompressed
)
variant(
    "names-backwards", "Writes the members of objects in another order.", "RFC8259 4", rewritten(everywhere(_backwards))
)
variant(
    "extensions-first",
    "Names extensions before the core schema.",
    "RFC7643 3",
    rewritten(with_resources(_extensions_first)),
)
variant("times-in-seconds", "Tells times to the second.", "RFC7643 2.3.5", _moments(_in_seconds))
variant("times-far-away", "Tells times with an offset.", "RFC7643 2.3.5", _moments(_far_away))
variant("times-finely", "Tells times with seven digits after the second.", "RFC7643 2.3.5", _moments(_finely))
variant("strong-etags", "Marks no version as weak.", "RFC7644 3.14; RFC7643 3.1", StrongEtags)
variant(
    "versions-in-headers-alone",
    "Shows versions in the header ETag and not in `meta`.",
    "RFC7644 3.14",
    rewritten(in_part("meta", _without_version)),
    reach=("RFC7644-3.14-03",),
)
variant("numbered-ids", "Names resources by numbers.", "RFC7643 3.1", NumberedIds)
variant("uuid-ids", "Names resources by UUIDs.", "RFC7643 3.1", UuidIds)
variant("punctuated-ids", "Names resources by ids with dots and tildes.", "RFC7643 3.1; RFC3986 2.3", PunctuatedIds)
variant("urn-ids", "Names resources by URNs.", "RFC7643 3.1; RFC3986 3.3", UrnIds)
variant(
    "errors-without-detail", "Gives no text with an error.", "RFC7644 3.12", rewritten(_without_detail), reach=VENDORS
)
variant("errors-in-japanese", "Tells errors in another language.", "RFC7644 3.12", ErrorsInAnotherLanguage)
variant(
    "null-error-types", "Shows `scimType` as null where an error has none.", "RFC7644 3.12; RFC7643 2.5", NullErrorTypes
)
variant(
    "challenge-in-detail",
    "Offers two schemes of authentication, and says what was wrong.",
    "RFC7644 2; RFC9110 11.6.1",
    ChallengeInDetail,
)
variant(
    "bulk-responses-in-full",
    "Shows in a bulk response the body of each success too.",
    "RFC7644 3.7",
    BulkResponsesInFull,
)
variant(
    "lists-without-numbers",
    "Leaves startIndex and itemsPerPage out of complete lists, and Resources out of empty ones.",
    "RFC7644 3.4.2",
    rewritten(_without_numbers),
)
variant(
    "names-capitalised",
    "Writes the names of attributes with a capital letter.",
    "RFC7643 2.1",
    rewritten(with_resources(_capitalised)),
)
variant(
    "all-names-capitalised",
    "Writes the names of all attributes, Id, Schemas and Meta among them, with a capital letter.",
    "RFC7643 2.1, 7",
    rewritten(_spelt_by(_with_a_capital)),
)
variant(
    "names-in-small-letters",
    "Writes the names of all attributes in small letters.",
    "RFC7643 2.1, 7",
    rewritten(_spelt_by(str.lower)),
)
