"""Why no answer came, in a sentence: what a library calls it tells a reader nothing."""

from __future__ import annotations

import re
import socket

import requests

# The kinds of errors of requests, the narrower first, each with what happened.
_SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (requests.exceptions.SSLError, "the TLS handshake failed"),
    (requests.ConnectTimeout, "no connection came about in time"),
    (requests.Timeout, "no answer came in time"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off"),
    (requests.exceptions.ContentDecodingError, "the answer could not be unpacked"),
)
# Causes below them, where the kind alone says too little.
_CAUSES: tuple[tuple[type[BaseException], str], ...] = (
    (ConnectionRefusedError, "the connection was refused"),
    (ConnectionResetError, "the connection was reset"),
    (BrokenPipeError, "the connection was closed while the request was sent"),
    (socket.gaierror, "the name of the host is not known"),
)
_CLASS = re.compile(r"\b\w*(?:Error|Exception|Timeout|Disconnected)\b[:(]?\s*")


def words_of_loss(error: Exception) -> str:
    """The sentence for an error, with what the system said of it where that adds something."""
    root = _root(error)
    for kind, sentence in _CAUSES:
        if isinstance(root, kind):
            return sentence
    said = " ".join(_CLASS.sub("", str(root)).split())
    sentence = next((words for kind, words in _SENTENCES if isinstance(error, kind)), "the connection was lost")
    return f"{sentence}: {said}" if said else sentence


def _root(error: BaseException) -> BaseException:
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return error
