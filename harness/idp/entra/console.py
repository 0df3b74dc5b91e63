"""The acts of administrators in Entra ID's console, by the names that a script of `bridgecheck simulate` uses."""

from __future__ import annotations

from collections.abc import Mapping

from harness.idp.provider import Control

CONSOLE: Mapping[str, Control] = {
    "restart": Control(
        "restarts provisioning: keeps the links and evaluates all users again", lambda entra, *_: entra.restart()
    ),
    "restart-full": Control(
        "restarts provisioning without links: all users are matched again", lambda entra, *_: entra.restart(full=True)
    ),
    "stop": Control("stops provisioning after this cycle", lambda entra, *_: entra.stop()),
    "start": Control("continues provisioning where it stopped", lambda entra, *_: entra.start()),
    "sync-all": Control(
        "sets the scope to all users, from the next restart on", lambda entra, *_: entra.change_scope("all")
    ),
    "sync-assigned": Control(
        "sets the scope to assigned users, from the next restart on", lambda entra, *_: entra.change_scope("assigned")
    ),
    "purge": Control(
        "deletes the user permanently, from the recycle bin", lambda entra, who, _: entra.purge(who), "person"
    ),
    "provision-on-demand": Control(
        "provisions one user on demand; the flag is ignored", lambda entra, who, _: entra.run_on_demand(who), "person"
    ),
    "provision-group-on-demand": Control(
        "provisions one group with up to five members on demand; the flag is ignored",
        lambda entra, g, _: entra.run_group_on_demand(g),
        "group",
    ),
    "allow-deletions": Control(
        "sends the deletions that accidental-deletion prevention holds", lambda entra, *_: entra.allow_deletions()
    ),
    "reject-deletions": Control(
        "drops the deletions that accidental-deletion prevention holds", lambda entra, *_: entra.reject_deletions()
    ),
    "remove-application": Control(
        "deletes the application in Entra ID; nothing is sent after that",
        lambda entra, *_: entra.remove_application(),
    ),
}
