from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import Act
from tests.harness.checks.samples import (
    ADA,
    Row,
    accepts,
    finds,
    get,
    group,
    hired,
    ignores,
    joins,
    meta,
    page,
    user,
)

DESIGN = group("g-design", "Design", "u-ada")
READ = get("/Groups/g-design", DESIGN)
WITHOUT = get("/Groups", page(group(members=...)))

VERSION = "a_list_tells_the_version_that_a_read_tells"
FIRST = get("/Users/u-ada", user(meta=meta(version='W/"1"', lastModified="2026-01-05T09:00:00.250Z")))


def listed(**moving: str) -> Exchange:
    return get("/Users", page(user(meta=meta(**moving))))


ROWS = (
    accepts(VERSION, "the same, to the second", FIRST, listed(version='W/"1"', lastModified="2026-01-05T09:00:00Z")),
    accepts(VERSION, "a list without versions", FIRST, listed(lastModified="2026-01-05T10:00:00.250+01:00")),
    finds(
        VERSION,
        "another version",
        FIRST,
        listed(version='W/"0"', lastModified="2026-01-05T09:00:00.250Z"),
        says="RFC7644-3.14-05: meta.version 'W/\"1\"', as the read in entry 0:1 shows it ⟶ 'W/\"0\"' "
        "@ /Resources/0/meta/version",
    ),
    finds(
        VERSION,
        "another moment",
        FIRST,
        listed(version='W/"1"', lastModified="2026-01-05T09:00:01.250Z"),
        says="RFC7644-3.4.2-12: meta.lastModified '2026-01-05T09:00:00.250Z', as the read in entry 0:1 shows it ⟶ "
        "'2026-01-05T09:00:01.250Z' @ /Resources/0/meta/lastModified",
    ),
    ignores(VERSION, "written in between", FIRST, joins("u-grace"), listed(version='W/"2"')),
    ignores(VERSION, "no meta", FIRST, get("/Users", page(user(meta=...)))),
    accepts("a_list_shows_what_a_read_shows", "the same", READ, get("/Groups", page(DESIGN))),
    accepts("a_list_shows_what_a_read_shows", "nobody in it", get("/Groups/g-design", group()), WITHOUT),
    accepts(
        "a_list_shows_what_a_read_shows",
        "groups of a user are the groups' own",
        get("/Users/u-ada", user(groups=[{"value": "g-design"}])),
        get("/Users", page(ADA)),
    ),
    finds(
        "a_list_shows_what_a_read_shows",
        "a list leaves out the members",
        READ,
        WITHOUT,
        says="members, as the read in entry 0:1 shows it ⟶ none @ /Resources/0/members",
    ),
    finds(
        "a_list_shows_what_a_read_shows",
        "a look-up leaves out the emails",
        get("/Users/u-ada", user(emails=[{"value": "ada@example.com"}])),
        get("/Users?filter=userName%20eq%20%22ada%40example.com%22", page(ADA)),
        says="emails, as the read in entry 0:1 shows it ⟶ none @ /Resources/0/emails",
    ),
    ignores(
        "a_list_shows_what_a_read_shows", "on wish", READ, get("/Groups?excludedAttributes=members", page(group()))
    ),
    ignores("a_list_shows_what_a_read_shows", "written in between", READ, joins("u-grace"), WITHOUT),
    ignores("a_list_shows_what_a_read_shows", "done outside SCIM", READ, Act("delete-group"), WITHOUT),
    ignores("a_list_shows_what_a_read_shows", "never read", hired(), get("/Users", page(ADA))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_showing(row: Row) -> None:
    assert row.said() == row.wanted
