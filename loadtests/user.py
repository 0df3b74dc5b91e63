"""A locust user that simulates one IdP connector, with its own company and its own pushed group."""

from __future__ import annotations

import itertools
import os
import random
import secrets
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import gevent
import gevent.ssl
from geventhttpclient.header import Headers
from locust import FastHttpUser, constant_pacing, task
from locust.contrib.fasthttp import LocustUserAgent
from locust.env import Environment

from harness.clock import SystemClock
from harness.directory.directory import Directory
from harness.directory.population import family_names, given_names
from harness.directory.values import Person
from harness.idp.dialects import DIALECTS
from harness.idp.provider import IdentityProvider
from harness.record.exchange import Exchange, Request, Response
from harness.record.made_log import MadeLog
from harness.target.serial_driver import SerialDriver
from harness.target.strangers import Strangers
from loadtests.answers import find_wrong
from loadtests.shapes import get_shape

TOKEN_VARIABLE = "BRIDGECHECK_TOKEN"
NOT_SENT = ""  # stands for a header that must not be on the wire, as urllib3's SKIP_HEADER does
ADDED_BY_LOCUST = ("User-Agent", "Accept-Encoding")

# Of no other run and no other process; with the worker's index and a counter, names never meet.
RUN = secrets.token_hex(3)
_numbers = itertools.count(1)


class WrongAnswer(Exception):
    """Marks a request as failed; shown by its text alone."""

    def __repr__(self) -> str:
        return str(self)


class WireAgent(LocustUserAgent):
    """Sends the headers that it is given and no others, follows no redirect, and judges no status."""

    valid_response_codes = frozenset(range(100, 600))
    redirect_response_codes = frozenset()

    def _urlopen(self, request: Any) -> Any:
        self.clientpool.get_client(request.url_split).default_headers = Headers()
        for name in ADDED_BY_LOCUST:
            if request.headers.get(name) == NOT_SENT:
                del request.headers[name]
        return super()._urlopen(request)  # type: ignore[no-untyped-call]


class Connector(FastHttpUser):
    """One connector: hires people one after the other and plays a short career for each."""

    abstract = True
    provider: ClassVar[type[IdentityProvider]]

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.client.base_url = str(self.client.base_url).rstrip("/")
        timeout_s = self.provider(Directory(0)).timeout_s
        self.client.client = WireAgent(
            cookiejar=None,
            max_redirects=0,
            max_retries=0,
            concurrency=1,
            network_timeout=timeout_s,
            connection_timeout=timeout_s,
            insecure=False,  # never send a token to an untrusted certificate (SSL_CERT_FILE adds one)
            ssl_context_factory=_ssl_context,
        )
        self.client.client.default_headers = Headers()

    def on_start(self) -> None:
        """Warm start: the company exists, and its group is pushed before it has members."""
        options: Any = self.environment.parsed_options
        self.own_name = f"{RUN}w{worker_index(self.environment)}u{next(_numbers)}"
        seed = random.Random(f"{options.scim_seed} {type(self).__name__} {self.own_name[len(RUN) :]}").getrandbits(32)
        self.idp_wait_scale = float(options.scim_idp_wait_scale)
        self.pace_s = float(options.scim_pace_s) or get_shape(options.scim_shape).pace_s
        self.pacing = constant_pacing(self.pace_s)
        self.careers = itertools.count(1)
        self.directory = Directory(seed, options.scim_domain, self.own_name)
        self.idp = self.provider(self.directory)
        self.driver = SerialDriver(strangers_of(options).wrap(self.send, self.tell), SystemClock(), seed)
        self.team = self.directory.form_group("Load")
        self.directory.assign_group(self.team)
        self.sync()
        gevent.sleep(random.Random(seed).uniform(0, self.pace_s))  # else all connectors speak at once

    def wait_time(self) -> float:
        """The rest of the pace."""
        return float(self.pacing(self))

    @task
    def career(self) -> None:
        """Hire a person into the group, remove them from it, and suspend them."""
        self.directory.run_id = f"{self.own_name}-{next(self.careers)}-"
        person = self.directory.hire_many(1, self.team)[0]
        self.directory.assign(person)
        self.sync()
        self.directory.leave(person, self.team)
        self.sync()
        self.directory.disable(person)
        self.sync()
        self.forget(person)

    def sync(self) -> None:
        """One provisioning step. Waits of the identity provider cost no time unless scaled."""
        before = self.driver.idp_waited_s
        self.driver.run(self.idp.plan())
        gevent.sleep((self.driver.idp_waited_s - before) * self.idp_wait_scale)

    def forget(self, person: Person) -> None:
        """Remove the person from directory and links: plans look at everybody, and would grow slower."""
        self.directory.unassign(person)
        del self.directory.people[person.key]
        links = self.idp.links
        scim_id = links.people.pop(person.key, "")
        links.sent.pop(person.key, None)
        links.inactive.discard(person.key)
        for members in links.members.values():
            members.discard(scim_id)
        self.idp.problems.clear()

    def tell(self, request: Request, reason: str) -> None:
        """Count a request that the guard has stopped as a failure, which says why."""
        self.environment.events.request.fire(
            request_type=request.method,
            name=request.name,
            response_time=0,
            response_length=0,
            exception=WrongAnswer(f"not sent: {reason}"),
            context={},
        )

    def send(self, request: Request) -> Exchange:
        """Send one request unchanged, and report the result to locust."""
        base = str(self.client.base_url)
        with self.client.request(
            request.method,
            request.target,
            name=request.name,
            data=request.body,  # type: ignore[arg-type]  # annotated str, passed on as it is
            headers=_headers(request),
            catch_response=True,
            allow_redirects=False,
        ) as answer:
            error = answer.request_meta["exception"]
            if error is not None:
                lost = f"no answer: {type(error).__name__}"
                answer.failure(WrongAnswer(lost))
                return Exchange(base, request, None, lost)
            response = Response(answer.status_code, tuple((answer.headers or {}).items()), answer.content or b"")
            wrong = find_wrong(request, response)
            if wrong:
                answer.failure(WrongAnswer(wrong))
            else:
                answer.success()
        return Exchange(base, request, response)


@cache
def _strangers(folder: str, is_on: bool, url: str) -> Strangers:
    return Strangers(is_on=is_on, log=MadeLog(Path(folder), url) if folder else None)


def strangers_of(options: Any) -> Strangers:
    """The guard of the others on the bridge: one for all connectors of this process."""
    return _strangers(options.scim_made, options.scim_only_own == "yes", str(options.host or "").rstrip("/"))


def make_connectors() -> dict[str, type[Connector]]:
    """A user class for each dialect, by class name: `OktaOin` plays `okta-oin`."""
    classes = {_class_name(dialect): provider for dialect, provider in DIALECTS.items() if not provider.is_pulled}
    return {
        name: type(name, (Connector,), {"abstract": False, "provider": provider, "__doc__": provider.__doc__})
        for name, provider in classes.items()
    }


def fill_pools() -> None:
    """Create the pools of names before the load, since it takes longer than a request."""
    given_names()
    family_names()
    gevent.get_hub().loop.update_now()  # else locust's run time would count from before


def worker_index(environment: Environment) -> int:
    """The index of this worker; 0 for a single process."""
    return max(0, getattr(environment.runner, "worker_index", 0))


def _headers(request: Request) -> dict[str, str]:
    headers = dict(request.headers)
    for name in ADDED_BY_LOCUST:
        headers.setdefault(name, NOT_SENT)
    if headers.get("Host") == "":
        del headers["Host"]  # geventhttpclient writes its own
    if request.credential:
        headers["Authorization"] = f"Bearer {os.environ[TOKEN_VARIABLE]}"
    return headers


@cache
def _ssl_context(cafile: str | None = None) -> gevent.ssl.SSLContext:
    return gevent.ssl.create_default_context(cafile=cafile)


def _class_name(dialect: str) -> str:
    return "".join(part.capitalize() for part in dialect.split("-"))
