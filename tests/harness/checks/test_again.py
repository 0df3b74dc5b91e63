from __future__ import annotations

import pytest

from harness.record.exchange import Exchange
from harness.record.journal import Act
from tests.harness.checks.samples import (
    ADA,
    NEW_ADA,
    Row,
    accepts,
    error,
    finds,
    get,
    hired,
    ignores,
    meta,
    page,
    patch,
    post,
    user,
)
from tests.harness.checks.samples import put as put_user

AGAIN = "a_put_that_was_taken_is_taken_again"
UNMOVED = "a_refused_write_moves_no_version"
NOTHING = "a_refused_create_makes_nothing"
AT = "/Users/u-ada"
LADY = {**NEW_ADA, "title": "Lady"}


def put(body: object = NEW_ADA, status: int = 200) -> Exchange:
    return put_user(AT, body, ADA if status == 200 else error(status), status)


def shown(version: str, **more: str) -> Exchange:
    return get(AT, user(meta=meta(version=version, **more)))


WRONG = patch(AT, {"op": "replace", "path": "id", "value": "x"}, status=400, body=error(400))
TURNED_AWAY = post("/Users", {**NEW_ADA, "title": 7}, error(400), 400)
LOOK_UP = "/Users?filter=userName%20eq%20%22ada%40example.com%22"
FIRST, LATER = 'W/"1"', "2026-01-05T10:00:00Z"

ROWS: tuple[Row, ...] = (
    accepts(AGAIN, "taken twice", put(), get(AT, ADA), put()),
    finds(
        AGAIN,
        "refused the second time",
        put(),
        get(AT, ADA),
        put(status=409),
        says="the body to be taken, as in entry 0:1 ⟶ status 409",
    ),
    ignores(AGAIN, "another body", put(), put(LADY)),
    ignores(AGAIN, "somebody else may have taken the name", put(), hired(), put(status=409)),
    ignores(AGAIN, "done outside SCIM", put(), Act("lock"), put(status=409)),
    ignores(AGAIN, "too many requests", put(), put(status=429)),
    accepts(UNMOVED, "as before", shown(FIRST), WRONG, shown(FIRST)),
    finds(
        UNMOVED,
        "another version and another moment",
        shown(FIRST),
        WRONG,
        shown('W/"2"', lastModified=LATER),
        says=(
            "RFC7644-3.5.2-26: meta.version 'W/\"1\"', as in entry 0:1, since the write was refused ⟶ 'W/\"2\"' "
            "@ /meta/version",
            "RFC7644-3.5.2-26: meta.lastModified '2026-01-05T09:00:00Z', as in entry 0:1, since the write was refused "
            "⟶ '2026-01-05T10:00:00Z' @ /meta/lastModified",
        ),
    ),
    finds(
        UNMOVED,
        "another version by a PUT",
        shown(FIRST),
        put(status=409),
        shown('W/"2"'),
        says="RFC7644-3.14-05: meta.version 'W/\"1\"', as in entry 0:1, since the write was refused ⟶ 'W/\"2\"' "
        "@ /meta/version",
    ),
    ignores(UNMOVED, "written in between", shown(FIRST), WRONG, put(LADY), shown('W/"2"')),
    ignores(UNMOVED, "nobody knows what became of it", shown(FIRST), put(status=503), shown('W/"2"')),
    ignores(UNMOVED, "something else has changed", shown(FIRST), WRONG, get(AT, user(title="Lady"))),
    accepts(NOTHING, "nobody is there", TURNED_AWAY, get(LOOK_UP, page())),
    finds(
        NOTHING,
        "somebody is there",
        TURNED_AWAY,
        get(LOOK_UP, page(ADA)),
        says="nobody, since the create in entry 0:1 was refused ⟶ 1 found @ /Resources",
    ),
    ignores(NOTHING, "who was there before", hired(), TURNED_AWAY, get(LOOK_UP, page(ADA))),
    ignores(NOTHING, "who was made since", TURNED_AWAY, hired(), get(LOOK_UP, page(ADA))),
    ignores(NOTHING, "somebody else's name", post("/Users", NEW_ADA, error(409), 409), get(LOOK_UP, page(ADA))),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_rows(row: Row) -> None:
    assert row.said() == row.wanted
