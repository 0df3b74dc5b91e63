"""Correct bridges that show a part of their account, or show it late: the probe contract of bridgecheck."""

from typing import Any

from bridge_ref.endpoints.probe import ACTS, READS, ProbeEndpoints
from bridge_ref.endpoints.probe_workspace import PULL_ACTS
from bridge_ref.lab.variants.variant import variant

_CONTRACT = "the probe contract"


def _offering(
    without_reads: tuple[str, ...] = (), without_acts: tuple[str, ...] = (), silent: tuple[str, ...] = ()
) -> type[ProbeEndpoints]:
    class Half(ProbeEndpoints):
        """Offers less, and answers 404 to the rest."""

        def _capabilities(self) -> dict[str, Any]:
            shown = super()._capabilities()
            reads = [each for each in shown["reads"] if each not in without_reads]
            acts = [each for each in shown["acts"] if each not in without_acts]
            left = {name: value for name, value in shown.items() if name not in silent}
            return {**left, "reads": reads, "acts": acts}

        async def _answer(self, method: str, segments: list[str], query: str, body: bytes) -> tuple[int, Any]:
            if _name(segments) in (*without_reads, *without_acts):
                return 404, {"error": "This build does not show that."}
            return await super()._answer(method, segments, query, body)

    return Half


def _name(segments: list[str]) -> str:
    match segments:
        case ["members", _]:
            return "member"
        case ["groups", _, "members"]:
            return "group_members"
        case ["groups", _, "delete"]:
            return "delete-group"
        case ["members", _, act]:
            return act
    return "/".join(segments)


variant("probe-without-mail", "Shows no mail.", _CONTRACT, _offering(("mail",)))
variant("probe-without-journal", "Shows no journal.", _CONTRACT, _offering(("journal",)))
variant(
    "probe-without-vaults",
    "Shows no vaults, settings or health.",
    _CONTRACT,
    _offering(("vaults", "settings", "health")),
)
variant(
    "probe-without-groups", "Shows no groups.", _CONTRACT, _offering(("groups", "group_members", "vaults", "settings"))
)
variant(
    "probe-of-members-alone",
    "Shows its members, and lets nobody act.",
    _CONTRACT,
    _offering(tuple(each for each in READS if each != "members"), (*ACTS, *PULL_ACTS)),
)
variant("probe-without-sign-up", "Lets nobody sign up by the probe.", _CONTRACT, _offering((), ("sign-up",)))
variant("probe-without-fixtures", "Puts nobody in place.", _CONTRACT, _offering((), ("fixtures", "reset")))
variant(
    "probe-without-admins",
    "Lets nobody act as an administrator.",
    _CONTRACT,
    _offering(
        (), ("confirm", "suspend", "reactivate", "delete", "recover", "provisioning", "managed-groups", "delete-group")
    ),
)
variant(
    "probe-without-interval",
    "Does not say how often it confirms.",
    _CONTRACT,
    _offering(silent=("confirmation_interval_s",)),
)
