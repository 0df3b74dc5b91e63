"""A driven pull for stories: a fake Google Workspace, and a bridge that is told to pull it."""

from __future__ import annotations

from urllib.parse import urlsplit

from harness.directory.directory import Directory
from harness.directory.values import Group, Person
from harness.directory_api import DirectoryApi
from harness.idp.google import GooglePull
from harness.record.exchange import Json
from harness.record.journal import Act, Entry, Step
from harness.stories.run import Run
from harness.target.probe import NotOffered, ProbeRefused

PULL_DIALECT = GooglePull.dialect


class DrivenPull:
    """A directory that the bridge is told to pull, and does when asked. Raises NotOffered where it cannot be told."""

    def __init__(self, api: DirectoryApi, run: Run) -> None:
        self.api = api
        self.directory: Directory = api.directory
        self._run = run
        self._chosen: tuple[Group, ...] = ()
        self._pulled: dict[tuple[str, str], None] = {}

    def form_groups(self, *names: str) -> list[Group]:
        """New groups in the directory."""
        return [self.directory.form_group(name) for name in names]

    def hire(self, given_name: str, *groups: Group) -> Person:
        """A new person in the directory, in these groups."""
        return self.directory.hire(given_name, *groups)

    def choose(self, *groups: Group, hears: bool = False, tries: int = 1) -> None:
        """Let the bridge pull this directory, with these groups giving access; on wish it hears notices too.

        A request that fails is not tried again unless told so: that would take real time.
        """
        settings = {**self._settings(tries), "groups": [self.api.group_address(group.key) for group in groups]}
        if hears:
            parts = urlsplit(self._run.target.url)
            settings["bridge_address"] = f"{parts.scheme}://{parts.netloc}"
        self._attach(settings)
        self._chosen = groups

    def _settings(self, tries: int = 1) -> Json:
        return {"actor": self.api.actor, "api_url": self.api.url, "tries": tries}

    def _attach(self, settings: Json) -> None:
        self._run.act("workspace/attach", {"settings": settings, "key": self.api.account.key_file(self.api.token_uri)})

    def sync(self, sentence: str, *leaving: Person) -> Entry:
        """One pull, as a step. Besides the people in the chosen groups it may touch only those who are `leaving`."""
        self._run.meet(*(person.address for person in self.directory.people.values()))
        self._run.observe()
        step = self._run.journal.add(Step(sentence))
        self._run.act("workspace/sync", {}, *self._addresses(leaving))
        self._run.observe()
        return step

    def let_pass(self, sentence: str, seconds: float, *leaving: Person) -> None:
        """So much time passes on the bridge, and it does what is due in it; whom that may touch is as for `sync`.

        Raises NotOffered where the bridge's clock can't be moved.
        """
        if "clock/advance" not in self._run.probe.acts:
            raise NotOffered("the target's clock can't be moved, and an hour is too long to wait")
        self._run.observe()
        self._run.journal.add(Step(sentence))
        for address in self._addresses(leaving):
            self._run.journal.add(Act("sync", address))
        self._run.advance(seconds)
        self._run.observe()

    def _addresses(self, leaving: tuple[Person, ...]) -> list[str]:
        keys = {key for group in self._chosen for key in self.directory.members[group.key]}
        addresses = [self.directory.people[key].address for key in sorted(keys)]
        self._pulled |= dict.fromkeys(("Users", address) for address in addresses)
        self._pulled |= dict.fromkeys(("Groups", group.name) for group in self._chosen)
        return [*addresses, *(person.address for person in leaving)]

    def look_at_it(self) -> bool:
        """Whether the bridge pulls this directory still; that, and what its health says, are recorded."""
        try:
            self._run.probe.act("workspace/sync", {})
            pulls = True
        except ProbeRefused:
            pulls = False
        reads = self._run.probe.reads
        health = str(self._run.probe.read("health").get("status")) if "health" in reads else ""
        self._run.note("bridge.pull", [{"pulls": pulls, "health": health}])
        return pulls

    def choose_again(self) -> None:
        """The operator loads settings and key once more, as after their loss: the same groups give access."""
        self.choose(*self._chosen)

    def load_again(self) -> None:
        """The operator loads settings and key once more, and chooses nothing: the choice is the bridge's to keep."""
        self._attach(self._settings())

    def confirm_notices(self) -> None:
        """How the bridge has answered the first notice of each channel that it opened; recorded."""
        answers = self.api.wait_for_confirmed()
        self._run.note("bridge.notices", [{"state": "sync", "status": status} for status in answers])

    def break_group(self, group: Group, kind: str, status: int) -> None:
        """From now on the members of a group are not read as they are."""
        self.api.fail("members.list", kind, group=group.key, status=status)

    def mend(self) -> None:
        """Everything can be read again."""
        self.api.mend()

    def end(self) -> None:
        """The bridge pulls nothing any more, and whom it has pulled is taken away with the story."""
        if self._chosen and not self._run.lost:
            self._run.act("workspace/forget", {})
        for endpoint, name in self._pulled:
            self._run.made_without_request(endpoint, name)
