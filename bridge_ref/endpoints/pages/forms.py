"""Parse a submitted form and check that it came from our own pages."""

from urllib.parse import parse_qs, urlsplit

from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.http.message import RequestHeaders, header

LONGEST = 20_000


class Form:
    """The fields of a form as they were sent. Raises ActionRefused where there is none to be read."""

    def __init__(self, body: bytes) -> None:
        if len(body) > LONGEST:
            raise ActionRefused(413, "The form is too large.")
        try:
            text = body.decode("ascii")
            self._fields = parse_qs(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
        except ValueError:
            raise ActionRefused(400, "The form cannot be read.") from None

    def text(self, name: str) -> str:
        """A field without the blanks around it; an empty one if it was not sent."""
        return self._fields.get(name, [""])[0].strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """All fields of this name that are not empty, each once."""
        return tuple(dict.fromkeys(each.strip() for each in self._fields.get(name, []) if each.strip()))

    def is_ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.text(name) == "yes"


def token_of(body: bytes) -> str:
    """The token that was typed into the form of the first page; an empty one if there is none."""
    try:
        return Form(body).text("token")
    except ActionRefused:
        return ""


def check_origin(headers: RequestHeaders, base_url: str) -> None:
    """Refuse a form sent from another site. Raises ActionRefused."""
    site, origin = header(headers, "sec-fetch-site"), header(headers, "origin")
    is_foreign = site is not None and site not in ("same-origin", "none")
    if is_foreign or (origin is not None and not _is_ours(origin, headers, base_url)):
        raise ActionRefused(403, "This form was sent by a page of another site.")


def _is_ours(origin: str, headers: RequestHeaders, base_url: str) -> bool:
    # Behind a proxy the browser knows us by the public address.
    public = urlsplit(base_url)
    if origin == f"{public.scheme}://{public.netloc}":
        return True
    host = header(headers, "host")
    return host is not None and origin in (f"http://{host}", f"https://{host}")
