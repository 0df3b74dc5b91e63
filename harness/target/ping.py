"""A ping, as a watch or a balancer sends it: GET without credentials, redirects not followed."""

from __future__ import annotations

import requests
from urllib3.exceptions import HTTPError

from harness.record.exchange import Json
from harness.target.trouble import say_trouble
from harness.target.trust import make_session

PING_S = 10.0  # ours: a watch that waits longer calls the bridge offline


def ping(url: str, ca_file: str | None) -> Json:
    """The status of the answer and the address that it sends on to, if any; status 0 and the reason without one."""
    try:
        with (
            make_session(ca_file) as session,
            session.get(url, timeout=PING_S, allow_redirects=False, stream=True) as answer,
        ):
            return {"status": answer.status_code, "location": answer.headers.get("Location", "")}
    except (requests.RequestException, HTTPError, OSError, ValueError) as error:
        return {"status": 0, "location": "", "error": say_trouble(error, url)}
