"""Why no answer came, in a sentence."""

from __future__ import annotations

import socket

import pytest
import requests

from harness.target.lost_words import words_of_loss


def caused(error: Exception, cause: BaseException) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (caused(requests.ConnectionError(), ConnectionRefusedError(111, "…")), "the connection was refused"),
        (caused(requests.ConnectionError(), ConnectionResetError(104, "…")), "the connection was reset"),
        (caused(requests.ConnectionError(), socket.gaierror(-2, "…")), "the name of the host is not known"),
        (requests.ReadTimeout(), "no answer came in time"),
        (requests.ReadTimeout("the body was not complete"), "no answer came in time: the body was not complete"),
        (requests.ConnectionError("RemoteDisconnected: closed"), "the connection was lost: closed"),
        (requests.exceptions.ChunkedEncodingError(), "the answer broke off"),
    ],
)
def test_a_loss_is_told_in_a_sentence(error: Exception, sentence: str) -> None:
    assert words_of_loss(error) == sentence
