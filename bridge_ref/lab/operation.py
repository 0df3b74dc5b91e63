"""Defects of a bridge in operation: restarts, secrets, health monitoring, its address."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.changes import NO_CHANGE, ChangeSet
from bridge_ref.account.groups import Group
from bridge_ref.account.members import Member, State
from bridge_ref.credentials.grants import TokenGrant
from bridge_ref.decisions.account_settings import AccountActions
from bridge_ref.decisions.outcome import DecisionContext
from bridge_ref.decisions.queries import Decision, FindAccountSettings, FindMembers, FindPending, ask
from bridge_ref.endpoints.status import StatusEndpoints
from bridge_ref.http.auth import Auth
from bridge_ref.lab.registry import defect
from bridge_ref.monitor.account_watch import AccountWatch
from bridge_ref.monitor.watch import MonitorState, Notice, Poll
from bridge_ref.runtime.confirmation import ConfirmationWatcher
from bridge_ref.runtime.health import ComponentReport, PullReporter
from bridge_ref.runtime.transact import transact
from bridge_ref.scim.etags import Etags
from bridge_ref.scim.representation import Representation
from bridge_ref.workspace.plan import PREFIX, CreateGroup, Step
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.snapshot import GoogleGroup


@defect("a-restart-forgets-who-waits", breaks=("SEED-26", "P-11"))
class ARestartForgetsWhoWaits(ConfirmationWatcher):
    """Never confirms those who had signed up before it was started."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._forgotten: frozenset[str] = frozenset()

    async def run_due(self, until_ms: int, is_catching_up: bool = False) -> bool:
        """The runs that are due, without those who wait at the start."""
        if is_catching_up:
            self._forgotten = frozenset(member.id for member in await self._store.find(FindPending()))
        return await super().run_due(until_ms, is_catching_up)

    def _confirm(self, member_id: str, now_ms: int) -> Decision[ChangeSet]:
        return NO_CHANGE if member_id in self._forgotten else (yield from super()._confirm(member_id, now_ms))


@defect("a-restart-invites-again", breaks=("SEED-17", "SEED-26", "SEED-51"))
class ARestartInvitesAgain(ConfirmationWatcher):
    """Mails another invitation, when it is started, to each who has not signed up yet."""

    async def run_due(self, until_ms: int, is_catching_up: bool = False) -> bool:
        """The runs that are due; at the start the mails too."""
        if is_catching_up:
            for member in await self._store.find(FindMembers()):
                if member.state is State.INVITED:
                    await transact(self._store, partial(self._invite, member, until_ms), lambda change_set: change_set)
        return await super().run_due(until_ms, is_catching_up)

    def _invite(self, member: Member, now_ms: int) -> Decision[ChangeSet]:
        yield from ()
        return self._account.mail.invitation(member.email, f"again-{member.id}", now_ms, member.name)


@defect("a-lost-pull-is-healthy", breaks=("P-02",))
class ALostPullIsHealthy(PullReporter):
    """Loses its settings for a pull when it is started again, and calls itself healthy."""

    async def report(self, now_ms: int) -> ComponentReport | None:
        """As if there had never been a pull."""
        return await super().report(now_ms) if self._pull() is not None else None


@defect("a-restart-doubles-groups", breaks=("P-04",))
class ARestartDoublesGroups(Reconciler):
    """Makes a second group of the kind for each that it pulled before it was started again."""

    def __init__(self) -> None:
        self._formed: set[str] = set()

    def _form(self, google: GoogleGroup, group: Group | None) -> Iterator[Step]:
        is_met_again = group is not None and group.external_id == PREFIX + google.id and google.id not in self._formed
        self._formed.add(google.id)
        if is_met_again:
            yield CreateGroup(f"{google.id}-2", f"{google.name} (2)")
        yield from super()._form(google, group)


@defect("the-old-token-goes-on", breaks=("SEED-28",))
class TheOldTokenGoesOn(Auth):
    """Lets a token in for good that has been replaced."""

    def is_in_time(self, grant: TokenGrant, now_ms: int) -> bool:
        """Always."""
        return True


@defect("outages-are-not-mailed", breaks=("SEED-29", "SEED-32"))
class OutagesAreNotMailed(AccountWatch):
    """Pings the bridge, and tells nobody that it is offline."""

    def after(self, state: MonitorState, seen: Poll, now_ms: int) -> MonitorState:
        """The state, with nothing to tell."""
        return replace(super().after(state, seen, now_ms), owed=())


@defect("each-failed-ping-is-mailed", breaks=("SEED-29", "SEED-32"))
class EachFailedPingIsMailed(AccountWatch):
    """Mails at every ping that fails, and not once for an outage."""

    def after(self, state: MonitorState, seen: Poll, now_ms: int) -> MonitorState:
        """The state, with a notice of this ping."""
        known = super().after(state, seen, now_ms)
        owed = () if seen.is_up else (Notice(known.written + 1, "offline", now_ms, seen.reason),)
        return replace(known, owed=owed, written=known.written + 1)


@defect("the-first-addressee-stays", breaks=("SEED-32",))
class TheFirstAddresseeStays(AccountActions):
    """Takes another address for its notices, and goes on with the first."""

    def notify(self, address: str | None, context: DecisionContext) -> Decision[ChangeSet]:
        """Nothing, where there is an address already."""
        settings = yield from ask(FindAccountSettings())
        if settings.notification_address is not None:
            return NO_CHANGE
        return (yield from super().notify(address, context))


@defect("pings-want-a-token", breaks=("SEED-30", "P-19"))
class PingsWantAToken(StatusEndpoints):
    """Answers a ping with 401 unless it brings a token."""

    def is_open(self, path: str) -> bool:
        """The way to the pages alone."""
        return path == "/"


@defect("names-another-host", breaks=("SEED-25",))
class NamesAnotherHost(Representation):
    """Gives addresses of its resources at a host that only the bridge knows."""

    def __init__(self, base_url: str, etags: Etags) -> None:
        super().__init__(base_url.replace("127.0.0.1", "bridge.internal"), etags)
