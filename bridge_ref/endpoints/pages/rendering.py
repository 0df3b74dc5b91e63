"""Render templates to responses: escape everything, load nothing from elsewhere."""

from functools import cache
from importlib.resources import files
from typing import Any

from bridge_ref.account.mail import one_line
from bridge_ref.clock import render_time
from bridge_ref.endpoints.pages.labels import EVENTS, STATES
from bridge_ref.http.message import Headers, Response

_FOLDER = "templates"
_CLOSED = (
    ("x-content-type-options", "nosniff"),
    # Not `no-referrer`: browsers would then hide from us where a form was.
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
)
_PAGE = (("content-type", "text/html; charset=utf-8"), ("cache-control", "no-store"), *_CLOSED)
_STYLE = (("content-type", "text/css; charset=utf-8"), ("cache-control", "max-age=300"), *_CLOSED)


def render_page(name: str, status: int, headers: Headers = (), /, **values: Any) -> Response:
    """A page out of its template; a value that the template asks for and is not given is an error."""
    text = _templates().get_template(f"{name}.html").render(**values)
    return Response(status, (*_PAGE, *headers), text.encode("utf-8", "replace"))


def redirect(address: str, *headers: tuple[str, str]) -> Response:
    """Off to another page, by GET."""
    return Response(303, (("location", address), ("cache-control", "no-store"), *_CLOSED, *headers))


@cache
def style() -> Response:
    """The one stylesheet."""
    return Response(200, _STYLE, files(__package__).joinpath(_FOLDER, "style.css").read_bytes())


@cache
def _templates() -> Any:
    # Here, so that a bridge without visitors to its pages does not load the library.
    from jinja2 import Environment, PackageLoader, StrictUndefined

    found = Environment(
        loader=PackageLoader(__package__, _FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters.update(line=one_line, when=_when, lasting=render_duration)
    found.globals.update(state_words=STATES, event_words=EVENTS)
    return found


def _when(at_ms: int) -> str:
    """A moment as people read it; UTC, since operators of one bridge live in several zones."""
    return render_time(at_ms)[:19].replace("T", " ") + " UTC"


def render_duration(duration_ms: int) -> str:
    """A duration in its two largest units."""
    rest = max(0, -(-duration_ms // 1000))
    shown = []
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)):
        number, rest = divmod(rest, size)
        if number:
            shown.append(f"{number} {unit}")
    return " ".join(shown[:2]) or "0 s"
