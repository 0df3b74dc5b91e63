"""One request and its answer, outside the runs: to see what a server holds before and after them."""

import http.client
import json
from typing import Any

from loadtests.peers.asks import Address


def exchange(address: Address, method: str, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers with lower-case names, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=120)
    connection.request(method, address.base + path, headers=address.headers())
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, [(name.lower(), value) for name, value in response.getheaders()], body


def read(address: Address, path: str) -> Any:
    """The JSON that a GET is answered with."""
    return json.loads(exchange(address, "GET", path)[2])
