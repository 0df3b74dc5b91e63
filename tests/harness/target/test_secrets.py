"""Secrets are found and taken out in every dress that a bridge may give them."""

from __future__ import annotations

import base64
import gc
import html
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from harness.target.secrets import Secrets, redact_known

TOKEN = "aB3/x+_y-z.0123456789~Ünï"
DRESSES: dict[str, Callable[[str], str]] = {
    "plain": lambda token: token,
    "JSON": json.dumps,
    "JSON with a solidus": lambda token: json.dumps(token).replace("/", "\\/"),
    "JSON letter by letter": lambda token: "".join(rf"\u{ord(each):04X}" for each in token),
    "JSON in JSON": lambda token: json.dumps("".join(rf"\u{ord(each):04x}" for each in token)),
    "an address": lambda token: quote(token, safe=""),
    "an address, letter by letter": lambda token: "".join(f"%{each:02x}" for each in token.encode()),
    "an address in an address": lambda token: quote(quote(token, safe="")),
    "HTML by number": lambda token: "".join(f"&#{ord(each)};" for each in token),
    "HTML by digits": lambda token: "".join(f"&#x{ord(each):X};" for each in token),
    "HTML": html.escape,
    "hexadecimal": lambda token: token.encode().hex(),
    "hexadecimal in capitals": lambda token: token.encode().hex().upper(),
}
PLAIN_TOKEN = "aB3/x+_y-z.0123456789~"


@pytest.mark.parametrize("dress", DRESSES)
def test_a_secret_is_taken_out_in_each_dress(dress: str) -> None:
    said = f"before {DRESSES[dress](PLAIN_TOKEN)} after"

    assert Secrets({"scim": PLAIN_TOKEN}).redact(said).replace('"', "") == "before ‹credential:scim› after"


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
@pytest.mark.parametrize("before", ["", "B", "Be", "Bearer "])
@pytest.mark.parametrize("after", ["", "x", "xy"])
@pytest.mark.parametrize("dress", ["plain", "JSON with a solidus", "an address"])
def test_a_secret_in_base64_is_taken_out_wherever_it_begins(
    encode: Callable[[bytes], bytes], before: str, after: str, dress: str
) -> None:
    coded = encode(f"{before}{PLAIN_TOKEN}{after}".encode()).decode()

    clean = Secrets({"scim": PLAIN_TOKEN}).redact(DRESSES[dress](coded))

    assert "‹credential:scim›" in clean
    assert len(clean) < len("‹credential:scim›") + 24, clean  # of the code hardly more is left than what stood beside


def test_letters_beyond_ascii_are_found_as_bytes() -> None:
    secrets = Secrets({"scim": TOKEN})

    for dress in ("plain", "an address", "hexadecimal"):
        assert TOKEN not in secrets.redact(DRESSES[dress](TOKEN))
        assert secrets.found_in(DRESSES[dress](TOKEN).encode()) == "scim"


def test_each_secret_goes_by_its_own_name() -> None:
    secrets = Secrets({"scim": "the-one-token", "probe": "the-other-token", "unset": ""})

    assert secrets.redact("the-other-token, the-one-token") == "‹credential:probe›, ‹credential:scim›"


@pytest.mark.parametrize("text", ["", "no secret", r"C:\users 100 % & more", "%zz &#999999; \\u12", "the-one-toke"])
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    secrets = Secrets({"scim": "the-one-token"})

    assert secrets.redact(text) == text
    assert secrets.found_in(text.encode()) == ""


def test_a_short_secret_is_found_as_a_word_alone() -> None:
    said = Secrets({"scim": "ab"}).redact('"ab" about YWI= 6162 Bearer ab')

    assert said == '"‹credential:scim›" about YWI= 6162 Bearer ‹credential:scim›'


def test_half_a_surrogate_pair_beside_a_secret_is_kept() -> None:
    assert Secrets({"scim": "the-one-token"}).redact("\ud800 the-one-token") == "\ud800 ‹credential:scim›"


def test_what_goes_to_a_terminal_shows_no_secret_of_this_process() -> None:
    held = Secrets({"scim": "held-q7Zx1913"})

    assert redact_known("it says held-q7Zx1913") == "it says ‹credential:scim›"

    del held
    gc.collect()
    assert redact_known("it says held-q7Zx1913") == "it says held-q7Zx1913"
