"""The interface of a workspace pull, importable without the libraries that a pull needs."""

from typing import Any, Protocol

from bridge_ref.runtime.scheduler import DueWork

# The setting that says that there is a pull: a bridge that is started without one then says so.
CONFIGURED = "workspace_configured"


class PullError(Exception):
    """A request to the pull that cannot be met, with the reason."""


class Pull(DueWork, Protocol):
    """A directory that the bridge pulls."""

    async def start(self) -> None:
        """Remember in the store that there is a pull, and what it pulls."""
        ...

    def stop(self) -> None:
        """Wait for nothing any more: the bridge is to end."""
        ...

    async def status(self) -> dict[str, Any]:
        """The component report: source, state, and a detail if it is not healthy."""
        ...

    async def chosen(self) -> tuple[str, ...]:
        """The groups that give access."""
        ...

    async def choose(self, groups: tuple[str, ...]) -> None:
        """Choose others. Raises PullError."""
        ...

    async def offered(self) -> list[dict[str, str]]:
        """The groups that can be chosen. Raises PullError."""
        ...

    async def preview(self, groups: tuple[str, ...] | None = None) -> dict[str, Any]:
        """What a sync would do now, or with other groups."""
        ...

    async def confirm(self, digest: int) -> None:
        """Agree to the losses that a preview with this digest has shown."""
        ...

    async def hasten(self, wait_ms: int) -> None:
        """Let the next sync be due soon."""
        ...

    async def notice(self, channel_id: str, token: str, state: str) -> bool:
        """Take a notice of a change; true if it carries the token of its channel."""
        ...

    async def forget(self) -> None:
        """Forget the pull; nothing else on the account changes."""
        ...
