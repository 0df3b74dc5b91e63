"""The story of one person from invitation to confirmation, in steps, for tests that restart or kill between them.

Each step can be repeated when its result is unknown: an identity provider without an answer sends its request again,
and a person clicks the link again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Speak = Callable[[str, str, Any], tuple[int, Any]]

ADDRESS, NEW_ADDRESS = "ada@example.com", "lovelace@example.com"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
INTERVAL_S = 300


class Teller:
    """Tells the story to any bridge, by two ways to speak to it: SCIM and the control listener."""

    def __init__(self, scim: Speak, control: Speak) -> None:
        self.scim = scim
        self.control = control

    def invite(self) -> None:
        """The identity provider creates the user."""
        status, _ = self.scim("POST", "/Users", {"schemas": [USER], "userName": ADDRESS, "displayName": "Ada"})
        assert status in (201, 409)

    def sign_up(self) -> None:
        """The person follows the link in the newest invitation."""
        (invitation,) = [each for each in self._mails() if each["kind"] == "invitation"]
        status, _ = self.control("POST", f"members/{self._member()['id']}/sign-up", {"link": invitation["links"][0]})
        assert status in (200, 409)

    def wait(self) -> None:
        """The confirmation interval passes."""
        assert self.control("POST", "clock/advance", {"seconds": INTERVAL_S})[0] == 200

    def change_address(self) -> None:
        """The identity provider changes the address."""
        operation = {"op": "replace", "path": "userName", "value": NEW_ADDRESS}
        body = {"schemas": [PATCH], "Operations": [operation]}
        assert self.scim("PATCH", f"/Users/{self._member()['scim_id']}", body)[0] == 200

    def accept_address(self) -> None:
        """The person accepts it."""
        assert self.control("POST", f"members/{self._member()['id']}/accept-address", {})[0] in (200, 409)

    @property
    def steps(self) -> list[Callable[[], None]]:
        """The whole story, in order."""
        return [self.invite, self.sign_up, self.wait, self.wait, self.change_address, self.accept_address]

    def ending(self) -> dict[str, Any]:
        """How it has ended: the state, and every mail that was written."""
        member = self._member()
        return {
            "state": member["state"],
            "email": member["email"],
            "new_email": member["new_email"],
            "mails": [(each["kind"], each["to"]) for each in self._mails()],
            "events": [
                each["event"]
                for each in self.control("GET", "journal", None)[1]["events"]
                if each["event"] != "refused"
            ],
        }

    def _member(self) -> Any:
        (member,) = self.control("GET", "members", None)[1]["members"]
        return member

    def _mails(self) -> list[Any]:
        mails: list[Any] = self.control("GET", "mail", None)[1]["messages"]
        return mails


RIGHT_END = {
    "state": "ACTIVE",
    "email": NEW_ADDRESS,
    "new_email": None,
    "mails": [("invitation", ADDRESS), ("start", ADDRESS), ("address_change", NEW_ADDRESS)],
    "events": ["invited", "signed_up", "confirmed", "address_change_requested", "address_changed"],
}
STEPS = 6
