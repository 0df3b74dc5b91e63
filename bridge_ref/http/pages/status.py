"""The page at `/app`: it asks for the token, and tells how the bridge is."""

from html import escape
from typing import Any
from urllib.parse import parse_qs

from bridge_ref.http.message import Response

_HEADERS = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)
_PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>{title}</title><meta name="viewport" content="width=device-width"></head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
_FORM = """<form method="post" action="/app">
<p><label for="token">Bearer token</label>
<input id="token" name="token" type="password" autocomplete="off" required></p>
<p><button type="submit">Show the status</button></p>
</form>"""


def login_page() -> Response:
    """The page that asks for the token; it says nothing else, since anybody may see it."""
    return _respond(200, "Bridge", _FORM)


def refusal_page() -> Response:
    """The same, for a token that is not right."""
    return _respond(401, "Bridge", f'<p role="alert">This token does not open the status.</p>\n{_FORM}')


def status_page(health: dict[str, Any]) -> Response:
    """The component reports as a table."""
    rows = "\n".join(_row(report) for report in health["reports"])
    table = f"""<table>
<caption>Components, as of {escape(health["retrievedAt"])}</caption>
<thead><tr><th scope="col">Component</th><th scope="col">State</th><th scope="col">Last heard of</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
<p>Version {escape(health["version"])}</p>"""
    return _respond(200, "Bridge status", table)


def token_of(body: bytes) -> str:
    """The token that was typed into the form; an empty one if there is none."""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=10)
    except ValueError:
        return ""
    return fields.get("token", [""])[0]


def _row(report: dict[str, Any]) -> str:
    cells = (report["source"], report["state"], report["time"])
    return "<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>"


def _respond(status: int, title: str, content: str) -> Response:
    return Response(status, _HEADERS, _PAGE.format(title=escape(title), content=content).encode())
