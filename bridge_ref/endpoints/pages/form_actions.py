"""Actions that the forms of the operator pages trigger."""

import re

from bridge_ref.decisions.member_actions import ActionRefused
from bridge_ref.endpoints.pages.forms import Form
from bridge_ref.endpoints.pages.views import Views
from bridge_ref.runtime.admin_actions import AdminActions
from bridge_ref.runtime.rotation import LONGEST_OVERLAP_S, Issued
from bridge_ref.runtime.service import Service

_UNITS_S = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_LONGEST_ADVANCE_S = 366 * 86_400
_SURE = "Tick the box to say that you are sure."

# The page to go to, and the key of the message about what was done.
Done = tuple[str, str]


class FormActions:
    """Does what a form asks for. Raises ActionRefused, ScimError and PullError where that cannot be."""

    def __init__(self, service: Service, actions: AdminActions, views: Views) -> None:
        self._service = service
        self._actions = actions
        self._views = views

    async def do(self, segments: list[str], form: Form) -> Done:
        """The deed at this address."""
        match segments:
            case ["members", member_id, name] if name in self._actions.member_actions.by_name:
                return await self._act_on_member(member_id, name, form)
            case ["groups", group_id, "add"]:
                await self._actions.manage((group_id,), ())
                return "groups", "add"
            case ["groups", group_id, "remove"]:
                await self._actions.manage((), (group_id,))
                return "groups", "remove"
            case ["groups", group_id, "delete"]:
                _check_sure(form)
                await self._actions.delete_group(group_id)
                return "groups", "delete-group"
            case ["mail", seq, "follow"]:
                message = await self._views.find_message(seq)
                await self._actions.follow(message)
                return f"mail/{message.seq}", "sign-up" if message.kind == "invitation" else "accept-address"
            case ["settings", name]:
                return await self._set(name, form)
            case ["clock", name] if self._service.parts.settings.is_lab:
                return await self._move_clock(name, form)
            case ["google", name]:
                return await self._direct_pull(name, form)
        raise ActionRefused(404, "There is no such act.")

    async def rotate(self, form: Form) -> Issued:
        """New credentials; the old ones end after the overlap."""
        overlap_s = _seconds(form.text("overlap"), "The overlap")
        if overlap_s > LONGEST_OVERLAP_S:
            raise ActionRefused(400, "The overlap is 30d at most.")
        return await self._service.rotate(overlap_s)

    async def _act_on_member(self, member_id: str, name: str, form: Form) -> Done:
        if name == "delete":
            _check_sure(form)
        await self._actions.act(member_id, name)
        return "members" if name == "delete" else f"members/{member_id}", name

    async def _set(self, name: str, form: Form) -> Done:
        account_actions, context = self._actions.account_actions, self._service.context()
        match name:
            case "provisioning":
                word = form.text("on")
                if word not in ("yes", "no"):
                    raise ActionRefused(400, "Provisioning is switched to yes or no.")
                await self._actions.set(lambda: account_actions.switch(word == "yes", context))
            case "domains":
                domains = form.text("domains").replace(",", " ").split()
                await self._actions.set(lambda: account_actions.allow(domains, context))
            case "notification":
                address = form.text("address") or None
                await self._actions.set(lambda: account_actions.notify(address, context))
            case _:
                raise ActionRefused(404, "There is no such setting.")
        return "settings", name

    async def _move_clock(self, name: str, form: Form) -> Done:
        match name:
            case "advance":
                seconds = _seconds(form.text("time"), "The time")
                if seconds > _LONGEST_ADVANCE_S:
                    raise ActionRefused(400, "The clock advances by 366d at most.")
                await self._service.advance(seconds)
            case "reset":
                _check_sure(form)
                await self._service.reset()
            case _:
                raise ActionRefused(404, "There is no such act.")
        return "clock", name

    async def _direct_pull(self, name: str, form: Form) -> Done:
        pull = self._service.pull
        if pull is None:
            raise ActionRefused(404, "This bridge pulls no directory.")
        match name:
            case "groups":
                groups = form.texts("group")
                if not groups:
                    raise ActionRefused(400, "At least one group must be chosen.")
                _check_sure(form)
                await pull.choose(groups)
                return "google", "groups"
            case "confirm":
                digest = form.text("digest")
                if not (digest.isascii() and digest.isdigit() and len(digest) < 19):
                    raise ActionRefused(400, "The digest must be what a preview has shown.")
                _check_sure(form)
                await pull.confirm(int(digest))
                return "google", "losses"
        raise ActionRefused(404, "There is no such act.")


def _check_sure(form: Form) -> None:
    if not form.is_ticked("sure"):
        raise ActionRefused(400, _SURE)


def _seconds(text: str, what: str) -> int:
    found = re.fullmatch(r"([0-9]{1,9}) ?([smhd])", text, re.ASCII)
    if found is None:
        raise ActionRefused(400, f"{what} is written as a number with a unit, such as 90s, 30m, 1h or 7d.")
    return int(found[1]) * _UNITS_S[found[2]]
