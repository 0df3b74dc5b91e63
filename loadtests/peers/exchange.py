"""Single requests outside the measured runs, to read the state of a server."""

import http.client
import json
from typing import Any

from loadtests.peers.sequences import Address


def exchange(address: Address, method: str, path: str) -> tuple[int, list[tuple[str, str]], bytes]:
    """Status, headers with lower-case names, and body."""
    connection = http.client.HTTPConnection("127.0.0.1", address.port, timeout=120)
    connection.request(method, address.base + path, headers=address.headers())
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, [(name.lower(), value) for name, value in response.getheaders()], body


def read(address: Address, path: str) -> Any:
    """The JSON body of the answer to a GET."""
    return json.loads(exchange(address, "GET", path)[2])
