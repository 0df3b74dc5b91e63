"""Media types, odd bodies, methods and conditions, as no library of HTTP would send them (RFC 7644 section 3)."""

from __future__ import annotations

import pytest

from harness.raw import Wire, complete, in_parts
from harness.record.exchange import Exchange, Json, Request
from harness.record.journal import Entry, exchange_of
from harness.record.message import (
    AGENT,
    ENTERPRISE_USER,
    SCIM_JSON,
    equals,
    group_body,
    path_of,
    read,
    remove,
    render_json,
    render_query,
    whole_user_body,
    with_header,
    write,
)
from harness.stories.client import Client
from harness.stories.expect import Expect
from harness.stories.names import Names

PLAIN_JSON = "application/json"
BROWSER = "text/html, application/xhtml+xml, application/scim+json;q=0.9"
REFUSED_METHOD = (400, 403, 404, 405, 501)  # each says that the method is not for this endpoint


def labelled(body: bytes, label: str, name: str) -> Request:
    """A create with exactly these bytes, labelled so."""
    return Request("POST", "/Users", name, (("Accept", SCIM_JSON), AGENT, ("Content-Type", label)), body)


def creating(body: bytes, label: str, name: str) -> Request:
    """The same, as HTTP wants it."""
    return complete(labelled(body, label, name))


@pytest.mark.situation_for("RFC7644-3.8-06", "RFC7644-3.1-01", "RFC7644-3.2-13")
def test_the_form_of_an_answer_is_negotiated(client: Client, names: Names, expect: Expect) -> None:
    """Ada is read as SCIM JSON, as JSON, as a browser would like it, without any wish, and compressed."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    path = path_of("Users", ada)

    def get(name: str, *headers: tuple[str, str]) -> Entry:
        return client.send_raw(complete(Request("GET", path, name, (AGENT, *headers))))

    get("read user as SCIM JSON", ("Accept", SCIM_JSON))
    as_json = get("read user as JSON", ("Accept", PLAIN_JSON))
    listed = get("read user as a browser likes it", ("Accept", BROWSER))
    get("read user without a wish")
    get("read user compressed", ("Accept", SCIM_JSON), ("Accept-Encoding", "gzip, identity;q=0.5"))
    expect.answer(as_json, 200, proves="RFC7644-3.8-05")
    expect.answer(listed, 200, proves="RFC7644-3.8-04")

    def accept_anything(place: str, name: str) -> None:
        """Ask for what a plain request is given here, with wishes that SCIM JSON meets too."""
        plain = client.send_raw(complete(Request("GET", place, name, (AGENT, ("Accept", SCIM_JSON)))))
        if not client.gave(plain):
            return  # refused for another reason than the form, such as a filter where there is none
        for accepted in ("*/*", f"{SCIM_JSON};q=0.9, */*;q=0.1"):
            answer = client.send_raw(
                complete(Request("GET", place, f"{name} as anything", (AGENT, ("Accept", accepted))))
            )
            expect.answer(answer, 200, proves="RFC7644-3.8-04")

    own = render_query((("filter", equals("userName", names.address("ada"))),))
    accept_anything(path, "read user")
    accept_anything(f"/Users?{own}", "find user")
    design = client.id_from(client.create_group(group_body(names.group("Design"))))
    accept_anything(path_of("Groups", design), "read group")


@pytest.mark.situation_for("RFC7644-3.1-02")
def test_the_label_of_a_body_is_understood(client: Client, names: Names, expect: Expect) -> None:
    """Users are created with a body as SCIM JSON in parts, with a charset, and as JSON."""

    def body(name: str) -> bytes:
        return render_json(whole_user_body(names.address(name), displayName="Zoë Łukasz"))

    parts = in_parts(labelled(body("ada"), SCIM_JSON, "create user in parts"))
    # A server may want to know the length first: 411 (RFC 9110 section 15.5.12).
    chunked = client.send_raw(parts, Wire(chunks=(1, 20)))
    charset = client.send_raw(creating(body("grace"), f"{SCIM_JSON}; charset=utf-8", "create user with a charset"))
    as_json = client.send_raw(creating(body("joan"), PLAIN_JSON, "create user as JSON"))

    expect.answer(chunked, 200, 201, 411, proves="RFC7644-3.2-14")
    expect.answer(charset, 200, 201, proves="RFC7644-3.8-01", facets="accepted")
    expect.answer(as_json, 200, 201, 415, proves="RFC7644-3.8-07")


def test_what_is_no_object_creates_nobody(client: Client, expect: Expect) -> None:
    """Creates with half an object, a list, a text and a number are refused as what can't be read."""
    for name, body in (
        ("half an object", b'{"schemas": ['),
        ("two objects", b"{}{}"),
        ("no JSON", b"<user/>"),
    ):
        half = client.send_raw(creating(body, SCIM_JSON, f"create user from {name}"))
        expect.answer(half, 400, proves="RFC7644-3.12-07")
        expect.answer(half, 400, proves="RFC7644-3.12-08", scim_types=("invalidSyntax",))
    for name, body in (("a list", b"[]"), ("a text", b'"ada"'), ("a number", b"7")):
        other = client.send_raw(creating(body, SCIM_JSON, f"create user from {name}"))
        expect.answer(other, 400, proves="RFC7644-3.12-07")


def test_methods_that_an_endpoint_lacks_are_refused(client: Client, names: Names, expect: Expect) -> None:
    """A POST to a user is refused and changes nothing."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    path = path_of("Users", ada)

    posted = client.send(write("POST", path, "post to a user", whole_user_body(names.address("grace"))))
    shown = client.read_user(ada)

    expect.answer(posted, *REFUSED_METHOD, proves="RFC7644-3.2-07")
    expect.answer(shown, 200, proves="RFC7644-3.4.1-01")


def test_methods_that_a_list_lacks_are_refused(client: Client, names: Names, expect: Expect) -> None:
    """PUT, PATCH and DELETE at a list of users or groups, and a POST to a group, are refused and change nothing."""
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    design = client.id_from(client.create_group(group_body(names.group("Design"), members=[{"value": ada}])))
    title = {"schemas": [_PATCH], "Operations": [{"op": "add", "path": "displayName", "value": names.group("All")}]}
    named = {"Users": whole_user_body(names.address("ada")), "Groups": group_body(names.group("Design"))}

    answers = [client.send(write("POST", path_of("Groups", design), "post to a group", named["Groups"]))]
    for endpoint, body in named.items():
        answers.append(client.send(write("PUT", f"/{endpoint}", f"replace all {endpoint.lower()}", body)))
        answers.append(client.send(write("PATCH", f"/{endpoint}", f"change all {endpoint.lower()}", title)))
        answers.append(client.send(remove(f"/{endpoint}", f"delete all {endpoint.lower()}")))
    shown = client.read_user(ada), client.read_group(design)

    for answer in answers:
        expect.answer(answer, *REFUSED_METHOD, proves="RFC7644-3.2-07")
    expect.answer(shown[0], 200, proves="RFC7644-3.4.1-01")
    expect.answer(shown[1], 200, proves="RFC7644-3.4.1-02")


@pytest.mark.situation_for("RFC7644-3.14-02", "RFC7644-3.14-03", "RFC7643-3.1-27")
def test_conditions_are_kept(client: Client, names: Names, expect: Expect) -> None:
    """With ETags a read asks only for news, and no change by PUT, PATCH or DELETE meets a version that is gone."""
    config = exchange_of(client.send(read("/ServiceProviderConfig", "read configuration"))).json
    if not _offers(config, "etag"):
        return
    address = names.address("ada")
    ada = client.id_from(client.create_user(whole_user_body(address)))
    path = path_of("Users", ada)
    former = _tag(client.read_user(ada))
    client.replace_user(ada, whole_user_body(address, active=False))
    current = _tag(client.read_user(ada))
    if not former or not current:
        return  # which the checks of these rows find

    same = client.send(with_header(read(path, "read what is news"), "If-None-Match", current))
    several = client.send(with_header(read(path, "read what is news to a list"), "If-None-Match", f'"x", {current}'))
    other = client.send(with_header(read(path, "read what is news to a former version"), "If-None-Match", former))
    expect.answer(same, 304, proves="RFC7644-3.14-06")
    expect.answer(several, 304, proves="RFC7644-3.14-12")
    expect.answer(other, 200, proves="RFC7644-3.14-06")
    any_read = client.send(with_header(read(path, "read what is news to anybody"), "If-None-Match", "*"))
    expect.answer(any_read, 304, proves="RFC7644-3.14-12")
    body = whole_user_body(address, active=True)
    put = client.send(with_header(write("PUT", path, "replace a former version", body), "If-Match", former))
    client.read_user(ada)
    expect.answer(put, 412, proves=("RFC7644-3.14-07", "RFC7644-3.12-13"))
    if _offers(config, "patch"):
        on = {"schemas": [_PATCH], "Operations": [_ACTIVATE]}
        patched = client.send(with_header(write("PATCH", path, "patch a former version", on), "If-Match", former))
        client.read_user(ada)
        expect.answer(patched, 412, proves=("RFC7644-3.14-08", "RFC7644-3.12-13"))
        title = {"schemas": [_PATCH], "Operations": [{"op": "add", "path": "displayName", "value": "Ada King"}]}
        patched = client.send(with_header(write("PATCH", path, "patch any version", title), "If-Match", "*"))
        client.read_user(ada)
        expect.answer(patched, 200, 204, proves="RFC7644-3.14-12")
        current = _tag(client.read_user(ada))
    # If-Match compares strongly (RFC 9110 section 13.1.1): a weak tag may never match.
    kept = (200, 204, 412) if current.startswith("W/") else (200, 204)
    lets = client.send(with_header(write("PUT", path, "replace the current version", body), "If-Match", current))
    any_version = client.send(with_header(write("PUT", path, "replace any version", body), "If-Match", "*"))
    expect.answer(lets, *kept, proves="RFC7644-3.14-10")
    expect.answer(any_version, 200, 204, proves="RFC7644-3.14-12")
    # A delete that is done all the same ends what can be asked: it comes last.
    gone = client.send(with_header(remove(path, "delete a former version"), "If-Match", former))
    client.read_user(ada)
    expect.answer(gone, 412, proves=("RFC7644-3.14-09", "RFC7644-3.12-13"))
    client.read_group(client.id_from(client.create_group(group_body(names.group("Design")))))


@pytest.mark.situation_for("RFC7644-3.14-11")
def test_conditions_are_kept_for_groups_and_lists(client: Client, names: Names, expect: Expect) -> None:
    """With ETags no former version of a group is changed, and the asterisk stands for any version there is."""
    config = exchange_of(client.send(read("/ServiceProviderConfig", "read configuration"))).json
    if not _offers(config, "etag"):
        return
    ada = client.id_from(client.create_user(whole_user_body(names.address("ada"))))
    name = names.group("Design")
    design = client.id_from(client.create_group(group_body(name)))
    path = path_of("Groups", design)
    former = _tag(client.read_group(design))
    joined = group_body(name, members=[{"value": ada}])
    client.send(write("PUT", path, "Ada joins", joined))
    current = _tag(client.read_group(design))
    if not former or not current:
        return  # which the checks of these rows find

    same = client.send(with_header(read(path, "read what is news of a group"), "If-None-Match", current))
    any_read = client.send(with_header(read(path, "read what is news to anybody"), "If-None-Match", "*"))
    put = client.send(with_header(write("PUT", path, "replace a former group", group_body(name)), "If-Match", former))
    client.read_group(design)
    other = client.send(with_header(read(path, "read a former group"), "If-Match", former))
    client.send(with_header(read(path, "read by what is no tag"), "If-None-Match", "no tag"))
    client.send(with_header(write("PUT", path, "replace by what is no tag", joined), "If-Match", "no tag"))
    if _offers(config, "patch"):
        on = {"schemas": [_PATCH], "Operations": [{"op": "remove", "path": "members"}]}
        patched = client.send(with_header(write("PATCH", path, "patch a former group", on), "If-Match", former))
        expect.answer(patched, 412, proves=("RFC7644-3.14-08", "RFC7644-3.12-13"))
    shown = client.read_group(design)
    unless = client.send(with_header(write("PUT", path, "replace unless it is there", joined), "If-None-Match", "*"))
    client.read_group(design)
    kept = (200, 204, 412) if current.startswith("W/") else (200, 204)
    lets = client.send(with_header(write("PUT", path, "replace the current group", joined), "If-Match", current))
    gone = client.send(with_header(remove(path, "delete a former group"), "If-Match", former))
    client.read_group(design)

    expect.answer(same, 304, proves="RFC7644-3.14-06")
    expect.answer(any_read, 304, proves="RFC7644-3.14-12")
    expect.answer(put, 412, proves=("RFC7644-3.14-07", "RFC7644-3.12-13"))
    expect.answer(gone, 412, proves=("RFC7644-3.14-09", "RFC7644-3.12-13"))
    expect.answer(other, 412, 200, proves="RFC7644-3.12-13")
    expect.answer(unless, 412, proves="RFC7644-3.12-13")
    expect.answer(shown, 200, proves="RFC7644-3.4.1-01")
    expect.answer(lets, *kept, proves="RFC7644-3.14-10")


_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
_ACTIVATE: Json = {"op": "replace", "path": "active", "value": True}


@pytest.mark.situation_for("RFC7643-3.3-08", "RFC7643-3-05", "RFC7643-6-05", "RFC7643-7-12", "RFC7643-5-28")
def test_what_is_declared_is_what_is_shown(client: Client, names: Names) -> None:
    """The three documents are read, then users and a group are made, read, found, changed and listed."""
    client.send(read("/ServiceProviderConfig", "read configuration"))
    types = exchange_of(client.send(read("/ResourceTypes", "read resource types")))
    client.send(read("/Schemas", "read schemas"))
    address = names.address("ada")
    body = whole_user_body(address, title="Analyst", active=True)
    if _has_extension(types):
        body = {**body, "schemas": [*body["schemas"], ENTERPRISE_USER], ENTERPRISE_USER: {"costCenter": "7"}}
    ada = client.id_from(client.create_user(body))
    client.create_user(whole_user_body(names.address("grace")))
    client.read_user(ada)
    client.send(read("/Users", "find user", render_query((("filter", equals("userName", address)),))))
    client.patch_user(ada, {"op": "replace", "path": "active", "value": True})
    client.send(read("/Users", "list users"))
    design = client.create_group(group_body(names.group("Design"), members=[{"value": ada}]))
    client.read_group(str(exchange_of(design).json.get("id") or "no-id"))
    client.send(read("/Groups", "list groups"))


def _has_extension(types: Exchange) -> bool:
    """Whether the resource type User lists the enterprise extension."""
    listed = types.json.get("Resources")
    return ENTERPRISE_USER in str(listed if isinstance(listed, list) else "")


def _offers(config: Json, feature: str) -> bool:
    """Whether the configuration says that the bridge has a feature."""
    value = config.get(feature)
    return isinstance(value, dict) and value.get("supported") is True


def _tag(entry: Entry) -> str:
    """The ETag of an answer; empty where it has none."""
    return exchange_of(entry).header("ETag") or ""
