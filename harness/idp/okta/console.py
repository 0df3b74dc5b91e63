"""The acts of administrators in Okta's console, by the names that a script of `bridgecheck simulate` uses."""

from __future__ import annotations

from collections.abc import Mapping

from harness.idp.provider import Control

CONSOLE: Mapping[str, Control] = {
    "suspend": Control("suspends the user in Okta; nothing is sent", lambda okta, who, _: okta.suspend(who), "person"),
    "unsuspend": Control("ends the suspension", lambda okta, who, _: okta.unsuspend(who), "person"),
    "assign-again": Control(
        "assigns the user again after a deactivation removed the assignment",
        lambda okta, who, _: okta.assign_again(who),
        "person",
    ),
    "switch-on-provisioning": Control(
        "switches provisioning on; users assigned before are not sent",
        lambda okta, *_: okta.switch_on_provisioning(),
    ),
    "provision-user": Control(
        "provisions a user who was assigned before provisioning was on",
        lambda okta, who, _: okta.provision_user(who),
        "person",
    ),
    "change-password": Control(
        "changes the password and synchronises it", lambda okta, who, _: okta.change_password(who), "person"
    ),
    "import": Control("reads every user and group of the app", lambda okta, *_: okta.run_import()),
    "confirm-match": Control(
        "confirms a match that the import proposed", lambda okta, who, _: okta.confirm_match(who), "person"
    ),
    "force-sync": Control(
        "pushes the profile again, though nothing has changed", lambda okta, who, _: okta.force_sync(who), "person"
    ),
    "push-group": Control("starts to push the group", lambda okta, group, _: okta.push_group(group), "group"),
    "deactivate-push": Control(
        "stops the push of the group", lambda okta, group, _: okta.deactivate_push(group), "group"
    ),
    "push-now": Control(
        "overwrites the members of the remote group", lambda okta, group, _: okta.push_now(group), "group"
    ),
    "link-group": Control(
        "links the group to the remote group of that name", lambda okta, *about: okta.link_group(*about), "group", True
    ),
    "unlink-and-delete": Control(
        "unlinks the group and deletes it in the app", lambda okta, g, _: okta.unlink_group(g, delete=True), "group"
    ),
    "unlink-and-leave": Control(
        "unlinks the group and leaves it in the app", lambda okta, g, _: okta.unlink_group(g, delete=False), "group"
    ),
    "retry-all": Control("retries every failed task", lambda okta, *_: okta.retry_all()),
    "remove-application": Control(
        "deletes the application in Okta; nothing is sent after that", lambda okta, *_: okta.remove_application()
    ),
}
