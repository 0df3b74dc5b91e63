"""The pages under `/app`: routing, access by scope, forms."""

import logging
from typing import Any
from urllib.parse import quote

from bridge_ref.credentials.files import CredentialsError
from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.endpoints.pages.form_actions import FormActions
from bridge_ref.endpoints.pages.forms import Form, check_origin, token_of
from bridge_ref.endpoints.pages.labels import DONE
from bridge_ref.endpoints.pages.rendering import redirect, render_page, style
from bridge_ref.endpoints.pages.sessions import COOKIE, Session, Sessions
from bridge_ref.endpoints.pages.views import Parameters, Values, Views
from bridge_ref.endpoints.recent import Recent
from bridge_ref.http.message import RequestHeaders, Response, parse_parameters
from bridge_ref.runtime.admin_actions import AdminActions
from bridge_ref.runtime.pull_protocol import Pull, PullError
from bridge_ref.runtime.service import Service
from bridge_ref.scim.errors import MethodError, ScimError
from bridge_ref.storage.store import StoreUnavailableError

log = logging.getLogger("bridge_ref")

APP = "/app"
_READS = ("GET", "HEAD")
_STYLE = "style.css"
_FOREIGN = "This form is none of yours, or an old one. Open the page again."
_NO_ACTS = "This token only reads: acts need a full one."
_MONITORING = "A monitoring token opens the status, and nothing else."
_SIGN_IN = "Please sign in."
_WRONG = "This token does not open the pages."

_TITLES = {
    "status": "Status",
    "members": "Members",
    "pending": "Pending confirmations",
    "groups": "Groups",
    "mail": "Mailbox",
    "requests": "Requests",
    "settings": "Settings",
    "credentials": "Credentials",
    "google": "Google Workspace",
    "clock": "Clock",
}
# In the navigation, which is to stay on one line.
_SHORT = {"pending": "Pending", "google": "Google"}


class Pages:
    """Answers every path under `/app`. What is refused is a page too, and changes nothing."""

    def __init__(self, service: Service, recent: Recent) -> None:
        settings = service.parts.settings
        self._service = service
        self._actions = AdminActions(service)
        self._views = Views(service, self._actions, recent)
        self._form_actions = FormActions(service, self._actions, self._views)
        secret = settings.signing_key or settings.token
        self._sessions = Sessions(service.parts.auth, service.store, service.clock, secret, settings.boot)

    def is_for(self, path: str, headers: RequestHeaders, body: bytes) -> bool:
        """Whether a request has a session of this tenant, or signs in to it."""
        if path == APP and body:
            return self._sessions.open(token_of(body)) is not None
        return self._sessions.find(headers) is not None

    async def handle(self, method: str, path: str, query: str, headers: RequestHeaders, body: bytes) -> Response:
        """Answer one request."""
        session: Session | None = None
        try:
            segments = path.removesuffix("/").split("/")[2:]
            if segments == [_STYLE]:
                return self._read_only(method) or style()
            session = await self._find_session(headers)
            response = await self._answer(method, segments, query, headers, body, session)
            if session is not None:
                await self._service.store.committed()
            return response
        except (ActionRefused, ScimError, PullError, CredentialsError) as error:
            return await self._refuse(error, session)
        except StoreUnavailableError as error:
            log.error("the store is not available: %s", error)
            return self._refusal(503, "The store is not available; try again later.", session)
        except Exception:
            log.exception("a page failed")
            return self._refusal(500, "Internal error; the log of the bridge has the details.", session)

    async def _answer(
        self,
        method: str,
        segments: list[str],
        query: str,
        headers: RequestHeaders,
        body: bytes,
        session: Session | None,
    ) -> Response:
        if method not in (*_READS, "POST"):
            raise MethodError(method, (*_READS, "POST"))
        if method == "POST":
            check_origin(headers, self._service.parts.settings.base_url)
        if not segments:
            return self._enter(method, body, session, query)
        if session is None:
            return self._login(401, _SIGN_IN)
        if method == "POST":
            return await self._act(segments, body, session)
        return await self._show(segments, query, session)

    async def _find_session(self, headers: RequestHeaders) -> Session | None:
        session = self._sessions.find(headers)
        return None if session is None or await self._sessions.has_ended(session) else session

    def _enter(self, method: str, body: bytes, session: Session | None, query: str) -> Response:
        if method in _READS:
            return redirect(f"{APP}/status") if session else self._login(200, "", query == "done=log-out")
        Form(body)
        opened = self._sessions.open(token_of(body))
        if opened is None:
            log.warning("a sign-in to the pages was refused: unknown token")
            return self._login(401, _WRONG)
        return redirect(f"{APP}/status", self._cookie(opened))

    async def _show(self, segments: list[str], query: str, session: Session) -> Response:
        if segments != ["status"] and not session.reads_account:
            raise ActionRefused(403, _MONITORING)
        if segments == ["google", "preview"] and self._service.pull is not None:
            # As many groups as a form can have; a query for the other pages has a few fields.
            groups = Form(query.encode("ascii", "replace")).texts("group")
            values = await self._views.preview(self._service.pull, groups)
            return self._page("google_preview", 200, session, "google", **values)
        parameters = dict(parse_parameters(query))
        template, values = await self._look_up(segments, parameters)
        notice = DONE.get(parameters.get("done", ""), "")
        return self._page(template, 200, session, segments[0], notice=notice, **values)

    async def _look_up(self, segments: list[str], parameters: Parameters) -> tuple[str, Values]:
        views = self._views
        match segments:
            case [name] if name in views.by_name:
                return name, await views.by_name[name](parameters)
            case ["members", member_id]:
                return "member", await views.member(member_id)
            case ["mail", seq]:
                return "message", await views.message(seq)
            case ["clock"] if self._service.parts.settings.is_lab:
                return "clock", await views.clock()
            case ["google", *rest] if self._service.pull is not None:
                return await self._look_up_pull(rest, self._service.pull)
        raise ActionRefused(404, "There is no such page.")

    async def _look_up_pull(self, rest: list[str], pull: Pull) -> tuple[str, Values]:
        match rest:
            case []:
                return "google", await self._views.pull(pull)
            case ["groups"]:
                return "google_groups", await self._views.offered(pull)
        raise ActionRefused(404, "There is no such page.")

    async def _act(self, segments: list[str], body: bytes, session: Session) -> Response:
        form = Form(body)
        if not self._sessions.is_form_token(session, form.text("form_token")):
            raise ActionRefused(403, _FOREIGN)
        if segments == ["log-out"]:
            await self._sessions.end(session)
            return redirect(f"{APP}?done=log-out", self._no_cookie())
        if not session.is_full:
            raise ActionRefused(403, _NO_ACTS)
        if segments == ["credentials", "rotate"]:
            issued = await self._form_actions.rotate(form)
            # The session has ended with the token that opened it, so the page has no more forms.
            values: Values = {"issued": issued, "overlap_ms": issued.old_until_ms - self._service.clock.now_ms()}
            return self._page("issued", 200, None, "credentials", (self._no_cookie(),), **values)
        address, done = await self._form_actions.do(segments, form)
        # The clock may have gone past the end of the session, or back.
        cookies = [self._cookie(self._sessions.renewed(session))] if segments[0] == "clock" else []
        return redirect(f"{APP}/{quote(address)}?done={done}", *cookies)

    async def _refuse(self, error: Exception, session: Session | None) -> Response:
        try:
            await self._actions.note(error)
        except StoreUnavailableError as unavailable:
            log.error("the store is not available: %s", unavailable)
        status = error.status if isinstance(error, ActionRefused | ScimError) else 409
        allow = (("allow", ", ".join(error.allowed)),) if isinstance(error, MethodError) else ()
        text = "The session file could not be written." if isinstance(error, CredentialsError) else str(error)
        return self._refusal(status, text, session, allow)

    def _refusal(
        self, status: int, text: str, session: Session | None, headers: tuple[tuple[str, str], ...] = ()
    ) -> Response:
        return self._page("refusal", status, session, "", headers, reason=text)

    def _read_only(self, method: str) -> Response | None:
        if method in _READS:
            return None
        raise MethodError(method, _READS)

    def _login(self, status: int, reason: str, has_left: bool = False) -> Response:
        notice = DONE["log-out"] if has_left else ""
        headers = (("www-authenticate", 'Bearer realm="scim"'),) if status == 401 else ()
        return self._page("login", status, None, "", headers, reason=reason, notice=notice)

    def _page(
        self,
        template: str,
        status: int,
        session: Session | None,
        here: str,
        headers: tuple[tuple[str, str], ...] = (),
        /,
        **values: Any,
    ) -> Response:
        shared = {
            "title": _TITLES.get(here, "Bridge"),
            "here": here,
            "links": self._links(session),
            "is_full": session is not None and session.is_full,
            "is_signed_in": session is not None,
            "form_token": "" if session is None else self._sessions.form_token(session),
            "notice": "",
        }
        return render_page(template, status, headers, **{**shared, **values})

    def _links(self, session: Session | None) -> list[tuple[str, str]]:
        if session is None:
            return []
        if not session.reads_account:
            return [("status", _TITLES["status"])]
        missing = set()
        if self._service.pull is None:
            missing.add("google")
        if not self._service.parts.settings.is_lab:
            missing.add("clock")
        return [(name, _SHORT.get(name, title)) for name, title in _TITLES.items() if name not in missing]

    def _cookie(self, session: Session) -> tuple[str, str]:
        return "set-cookie", f"{COOKIE}={self._sessions.cookie(session)}; {self._attributes()}"

    def _no_cookie(self) -> tuple[str, str]:
        return "set-cookie", f"{COOKIE}=; Max-Age=0; {self._attributes()}"

    def _attributes(self) -> str:
        secure = "; Secure" if self._service.parts.settings.base_url.startswith("https:") else ""
        return f"Path={APP}; HttpOnly; SameSite=Strict{secure}"
