"""The acts of administrators in Okta's console, by the names that a script of `bridgecheck simulate` uses."""

from __future__ import annotations

from collections.abc import Mapping

from harness.idp.provider import Control

CONSOLE: Mapping[str, Control] = {
    "suspend": Control("suspended in Okta, which sends nothing", lambda okta, who, _: okta.suspend(who), "person"),
    "unsuspend": Control("the reverse of suspend", lambda okta, who, _: okta.unsuspend(who), "person"),
    "assign-again": Control(
        "a new assignment after a deactivation took the old one",
        lambda okta, who, _: okta.assign_again(who),
        "person",
    ),
    "switch-on-provisioning": Control(
        "provisioning begins now: whoever is assigned already is not sent",
        lambda okta, *_: okta.switch_on_provisioning(),
    ),
    "provision-user": Control(
        "the button for somebody who was assigned before", lambda okta, who, _: okta.provision_user(who), "person"
    ),
    "change-password": Control(
        "another password, synchronised", lambda okta, who, _: okta.change_password(who), "person"
    ),
    "import": Control("every user and group of the app is read", lambda okta, *_: okta.run_import()),
    "confirm-match": Control(
        "a link that the import proposed is made", lambda okta, who, _: okta.confirm_match(who), "person"
    ),
    "push-group": Control("the group is pushed from now on", lambda okta, group, _: okta.push_group(group), "group"),
    "deactivate-push": Control(
        "nothing more is sent about the group", lambda okta, group, _: okta.deactivate_push(group), "group"
    ),
    "push-now": Control("the remote list is overwritten", lambda okta, group, _: okta.push_now(group), "group"),
    "link-group": Control(
        "linked to the remote group of that name", lambda okta, *about: okta.link_group(*about), "group", True
    ),
    "unlink-and-delete": Control(
        "unlinked, and deleted in the app", lambda okta, g, _: okta.unlink_group(g, delete=True), "group"
    ),
    "unlink-and-leave": Control(
        "unlinked, and left in the app", lambda okta, g, _: okta.unlink_group(g, delete=False), "group"
    ),
    "retry-all": Control("every error task is tried again", lambda okta, *_: okta.retry_all()),
    "remove-application": Control(
        "the application is deleted in Okta: nothing is sent any more", lambda okta, *_: okta.remove_application()
    ),
}
