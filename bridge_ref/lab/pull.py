"""Defects of pulling a directory."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from bridge_ref.account.groups import Group
from bridge_ref.lab.registry import defect
from bridge_ref.workspace.directory_reader import DirectoryReader
from bridge_ref.workspace.engine import Workspace
from bridge_ref.workspace.plan import CreateGroup, Plan, Step, Suspend
from bridge_ref.workspace.reconcile import Reconciler
from bridge_ref.workspace.snapshot import GoogleGroup, Incomplete, Snapshot


@defect("suspends-on-a-broken-read", breaks=("GOOGLE-09", "GOOGLE-20", "P-03"), reach=("GOOGLE-10",))
class SuspendsOnABrokenRead(Reconciler):
    """Takes a group that could not be read for one that nobody is in."""

    def plan(self, *given: Any, **more: Any) -> Plan:
        """The plan, as if nothing were missing."""
        return replace(super().plan(*given, **more), missing=())


@defect(
    "pull-suspends-nobody",
    breaks=("SEED-22", "GOOGLE-15", "GOOGLE-17", "P-01"),
    reach=("SEED-06", "SEED-21", "SEED-65", "GOOGLE-14", "GOOGLE-18", "GOOGLE-20", "GOOGLE-23"),
)
class PullSuspendsNobody(Reconciler):
    """Brings people from Google, and leaves everybody else as they are."""

    def suspensions(self, *given: Any) -> Iterator[Suspend]:
        """Plan no suspension."""
        yield from ()


@defect("a-new-picture-locks-out", breaks=("GOOGLE-13",), reach=("SEED-21", "SEED-59", "SEED-65"))
class ANewPictureLocksOut(DirectoryReader):
    """Takes who has signed in to Google since the last pull, and so has another entry there, for suspended."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._signed_in: dict[str, str] = {}

    def snapshot(self, chosen: Iterable[str]) -> Snapshot | Incomplete:
        """The snapshot, with those suspended whose last login is another one."""
        found = super().snapshot(chosen)
        if isinstance(found, Incomplete):
            return found
        entries = self._google.pages(
            "/admin/directory/v1/users", "users", "admin#directory#users", **self._whose(), maxResults="500"
        )
        before, self._signed_in = self._signed_in, {str(e["id"]): str(e.get("lastLoginTime")) for e in entries}
        people = {
            key: replace(each, is_suspended=True)
            if before.get(key, self._signed_in[key]) != self._signed_in[key]
            else each
            for key, each in found.people.items()
        }
        return replace(found, people=people)


@defect("a-restart-forgets-the-choice", breaks=("GOOGLE-16",), reach=("P-02",))
class ARestartForgetsTheChoice(Workspace):
    """Keeps the chosen groups only until it is started again."""

    _choice: tuple[str, ...] = ()

    async def choose(self, groups: tuple[str, ...]) -> None:
        """Keep them in memory alone."""
        self._choice = groups

    async def start(self) -> None:
        """As always; what the settings name is kept in memory."""
        self._choice = self.settings.groups or ()
        await super().start()

    async def chosen(self) -> tuple[str, ...]:
        """Those in memory."""
        return self._choice


@defect("pulled-groups-stand-beside", breaks=("GOOGLE-16", "P-24"), reach=("SEED-39",))
class PulledGroupsStandBeside(Reconciler):
    """Makes a group of its own where the account has one of that name."""

    def _form(self, google: GoogleGroup, group: Group | None) -> Iterator[Step]:
        if group is None or group.external_id:
            yield from super()._form(google, group)
        else:
            yield CreateGroup(google.id, google.name)


@defect("first-notices-are-refused", breaks=("GOOGLE-19",))
class FirstNoticesAreRefused(Workspace):
    """Takes a notice that tells of no change, as the first one of a channel, for a forgery."""

    async def notice(self, channel_id: str, token: str, state: str) -> bool:
        """Whether it came from Google, and tells of a change."""
        return state != "sync" and await super().notice(channel_id, token, state)
