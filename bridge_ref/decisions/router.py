"""Route a SCIM request, by endpoint and method, to the decision that answers it."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from bridge_ref.account.policy import DEFAULT_POLICY, Policy
from bridge_ref.account.settings import AccountSettings
from bridge_ref.decisions.groups import Groups
from bridge_ref.decisions.lists import Lists
from bridge_ref.decisions.outcome import DecisionContext, Outcome, ScimDecision
from bridge_ref.decisions.users import Users
from bridge_ref.decisions.write import Write
from bridge_ref.scim.answer import Answer
from bridge_ref.scim.capabilities import Capabilities
from bridge_ref.scim.discovery import Discovery
from bridge_ref.scim.errors import MethodError, ScimError, not_offered
from bridge_ref.scim.etags import UNCONDITIONAL, Conditions
from bridge_ref.scim.leniency import LENIENT, Leniency
from bridge_ref.scim.query import Query, parse_query, parse_search
from bridge_ref.scim.spelling import spelt_query

BULK = ("Bulk",)
_COLLECTION = ("GET", "POST")
_RESOURCE = ("GET", "PUT", "PATCH", "DELETE")


class Request(Struct, frozen=True):
    """A SCIM request: its path below the base, its parameters, its body as JSON."""

    method: str
    segments: tuple[str, ...]
    parameters: tuple[tuple[str, str], ...] = ()
    body: Any = None
    conditions: Conditions = UNCONDITIONAL
    promised_id: str | None = None


class Router:
    """Finds the decision for a request."""

    def __init__(
        self,
        *,
        users: Users,
        groups: Groups,
        lists: Lists,
        discovery: Discovery,
        capabilities: Capabilities,
        me: str | None,
        is_read_only: bool = False,
        policy: Policy = DEFAULT_POLICY,
        leniency: Leniency = LENIENT,
    ) -> None:
        self.policy = policy
        self.leniency = leniency
        self.users = users
        self.groups = groups
        self.lists = lists
        self.discovery = discovery
        self.capabilities = capabilities
        self.me = me
        self.is_read_only = is_read_only

    def check_open(self, settings: AccountSettings) -> None:
        """Refuse everything while provisioning is switched off on the account (M31)."""
        if not settings.is_provisioning:
            raise ScimError(int(self.policy.provisioning_off), "Provisioning is switched off on the account.")

    def allowed(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The methods of an endpoint; 404 if there is none, 501 if it is of a feature that we have not."""
        match segments:
            case () | ("ServiceProviderConfig" | "ResourceTypes" | "Schemas",):
                return ("GET",)
            case ("ResourceTypes" | "Schemas", _):
                return ("GET",)
            case ("Users" | "Groups",):
                return _COLLECTION
            case (".search",) | ("Users" | "Groups", ".search"):
                return ("POST",)
            case ("Users" | "Groups", _):
                return _RESOURCE
            case ("Me", *_):
                raise ScimError(501, "/Me is not supported: the token stands for no user.")
            case ("Bulk",):
                if not self.capabilities.bulk:
                    raise not_offered("bulk")
                return ("POST",)
        raise ScimError(404, f"There is no endpoint /{'/'.join(segments)}.")

    def resolve(self, segments: tuple[str, ...]) -> tuple[str, ...]:
        """The endpoint that is meant: /Me is another name of one user, if the operator has said of which."""
        return ("Users", self.me) if segments == ("Me",) and self.me is not None else segments

    def check(self, method: str, segments: tuple[str, ...]) -> None:
        """Refuse a method that the endpoint does not have, or that is switched off."""
        allowed = self.allowed(segments)
        if method not in allowed:
            raise MethodError(method, allowed)
        if method == "PATCH" and not self.capabilities.patch:
            raise not_offered("patch")
        is_read = method == "GET" or segments[-1:] in ((".search",), ("Bulk",))
        if self.is_read_only and not is_read:
            raise ScimError(403, "The account is managed by Google Workspace; SCIM access is read-only.")

    def make_request(self, method: str, segments: tuple[str, ...]) -> Request:
        """A request still without content; all requests, single or in bulk, are made here and so are checked."""
        self.check(method, segments)
        return Request(method, segments)

    def decide(self, request: Request, context: DecisionContext) -> ScimDecision:
        """The decision that answers a request."""
        if request.segments and request.segments[0] in ("ServiceProviderConfig", "ResourceTypes", "Schemas"):
            return _without_looking(lambda: self._discover(request))
        if request.segments == () or request.segments[-1] == ".search":
            return self._search(request, context)
        if len(request.segments) == 1:
            return self._decide_collection(request, context)
        return self._decide_resource(request, context)

    def _discover(self, request: Request) -> Answer:
        if any(name == "filter" for name, _ in request.parameters):
            raise ScimError(403, "Discovery endpoints take no filter.")
        match request.segments:
            case ("ServiceProviderConfig",):
                return Answer(200, self.discovery.config())
            case ("ResourceTypes",):
                return Answer(200, self.discovery.resource_types())
            case ("ResourceTypes", name):
                return Answer(200, self.discovery.resource_type(name))
            case ("Schemas",):
                return Answer(200, self.discovery.schemas())
        return Answer(200, self.discovery.schema(request.segments[-1]))

    def _search(self, request: Request, context: DecisionContext) -> ScimDecision:
        query = parse_search(request.body) if request.method == "POST" else parse_query(request.parameters)
        query = spelt_query(query, self.leniency)
        return self._list(request.segments[0] if len(request.segments) == 2 else "", query, context)

    def _list(self, kind: str, query: Query, context: DecisionContext) -> ScimDecision:
        if kind == "Users":
            return self.lists.users(query, context)
        if kind == "Groups":
            return self.lists.groups(query, context)
        return self.lists.everything(query, context)

    def _decide_collection(self, request: Request, context: DecisionContext) -> ScimDecision:
        kind, query = request.segments[0], spelt_query(parse_query(request.parameters), self.leniency)
        context = replace(context, promised_id=request.promised_id)
        if request.method == "GET":
            return self._list(kind, query, context)
        if kind == "Users":
            return self.users.create(request.body, query.projection, context)
        return self.groups.create(request.body, query.projection, context)

    def _decide_resource(self, request: Request, context: DecisionContext) -> ScimDecision:
        kind, scim_id = request.segments
        projection = spelt_query(parse_query(request.parameters), self.leniency).projection
        part: Users | Groups = self.users if kind == "Users" else self.groups
        if request.method == "GET":
            return part.get(scim_id, projection, request.conditions)
        if request.method == "DELETE":
            return part.delete(scim_id, context, request.conditions)
        write = Write(scim_id, request.body, projection, request.conditions)
        return part.replace(write, context) if request.method == "PUT" else part.patch(write, context)


def _without_looking(answer: Callable[[], Answer]) -> ScimDecision:
    """A decision that has nothing to ask."""
    yield from ()
    return Outcome(answer())
