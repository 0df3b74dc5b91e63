"""The acts of administrators in Entra ID's console, by the names that a script of `bridgecheck simulate` uses."""

from __future__ import annotations

from collections.abc import Mapping

from harness.idp.provider import Control

CONSOLE: Mapping[str, Control] = {
    "restart": Control("links are kept, everybody is looked at again", lambda entra, *_: entra.restart()),
    "restart-full": Control("links are broken, all match anew", lambda entra, *_: entra.restart(full=True)),
    "stop": Control("provisioning is stopped after this cycle", lambda entra, *_: entra.stop()),
    "start": Control("provisioning goes on where it stopped", lambda entra, *_: entra.start()),
    "sync-all": Control("scope: everybody, from the next restart on", lambda entra, *_: entra.change_scope("all")),
    "sync-assigned": Control(
        "scope: who is assigned, from the next restart on", lambda entra, *_: entra.change_scope("assigned")
    ),
    "purge": Control("deleted from the bin by hand", lambda entra, who, _: entra.purge(who), "person"),
    "provision-on-demand": Control(
        "one user at once, the flag ignored", lambda entra, who, _: entra.run_on_demand(who), "person"
    ),
    "provision-group-on-demand": Control(
        "one group with five members, the flag ignored", lambda entra, g, _: entra.run_group_on_demand(g), "group"
    ),
    "allow-deletions": Control("the batch that the guard holds is sent", lambda entra, *_: entra.allow_deletions()),
    "reject-deletions": Control(
        "the batch that the guard holds is dropped", lambda entra, *_: entra.reject_deletions()
    ),
    "remove-application": Control(
        "the application is deleted in Entra ID: nothing is sent any more",
        lambda entra, *_: entra.remove_application(),
    ),
}
