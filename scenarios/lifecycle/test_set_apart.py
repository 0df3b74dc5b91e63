"""What provisioning leaves alone: Provision Managers, vaults, roles, nested and unmanaged groups (SEED-33 to 48)."""

from __future__ import annotations

import pytest

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.crowd import STATES, still
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import ACTIVE, SUSPENDED, Expect
from harness.stories.names import Names
from harness.stories.operations import Operations

GROUP_PUSHING = pytest.mark.dialects("okta-oin", "entra-default")


@GROUP_PUSHING
def test_vaults_follow_the_members_of_a_group(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Design opens a vault: who joins it gets in, who leaves it is out, and a new name changes nothing."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")
    account.enrol(ada, grace)
    vault = f"Drawings of {design.name}"
    account.open_vault(vault, design)
    expect.opens(ada, vault, True, proves=("SEED-05", "SEED-36"))
    expect.opens(grace, vault, False, proves="SEED-36")

    idp.directory.join(grace, design)
    idp.directory.leave(ada, design)
    idp.sync("Grace joins Design, and Ada leaves it")
    expect.opens(grace, vault, True, proves=("SEED-05", "SEED-43"))
    expect.opens(ada, vault, False, proves=("SEED-05", "SEED-43"))

    idp.directory.rename_group(design, f"{design.name} and Drawing")
    idp.sync("Design has another name")
    expect.opens(grace, vault, True, proves="SEED-39", facets="vaults")


@GROUP_PUSHING
def test_groups_are_managed_from_a_list(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """A group of the account shows over SCIM once it is on the list of managed groups, and no more when it is off."""
    (design,) = idp.form_groups("Design")
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")
    account.enrol(ada)
    account.put_group(design, ada)
    client.observe()
    expect.listed_group(design, False, proves="SEED-40")

    account.manage(design, True)
    expect.listed_group(design, True, proves="SEED-40")
    expect.groups(ada, {design}, proves="SEED-40")

    account.manage(design, False)
    expect.listed_group(design, False, proves="SEED-40")
    expect.state(ada, ACTIVE, proves="SEED-40")


@pytest.mark.situation_for("SEED-32")
@GROUP_PUSHING
def test_what_administrators_have_set_stays(
    idp: DrivenIdp, account: Account, operations: Operations, names: Names, client: Client, expect: Expect
) -> None:
    """Notices go to one address, members come from one domain, Board is the account's own: all of it stays so."""
    (board,) = idp.form_groups("Board")
    joan = idp.hire("Joan", board)
    account.put_in_place(joan)
    account.put_group(board, joan)
    account.allow_domains(names.address("any").partition("@")[2])
    operations.notify(names.address("notices"))
    client.observe()
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")
    idp.directory.rename(ada, "Ada", "Byron-King")
    idp.directory.disable(grace)
    idp.directory.rename_group(design, f"{design.name} and Drawing")

    idp.sync("Ada has another name, Grace is disabled, and Design is renamed")

    expect.active(ada, True, proves="SEED-18")
    expect.listed_group(board, False, proves="SEED-40")


@pytest.mark.dialects("okta-oin")
def test_fifty_sign_up_at_once(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Fifty people of one group sign up together: five minutes later all are in, and then twenty leave the group."""
    (design,) = idp.assign_groups("Design")
    people = idp.directory.hire_many(50, design)
    idp.directory.assign(*people)
    idp.sync("fifty people are assigned, and in Design")
    outbox = account.outbox()

    account.sign_up(*people)
    account.wait_for_confirmation()
    for person in people:
        expect.state(person, ACTIVE, proves="SEED-53")
        expect.mail(person, "start", 1, since=outbox, proves="SEED-54")
        expect.groups(person, {design}, proves="SEED-12")

    for person in people[30:]:
        idp.directory.leave(person, design)
    idp.sync("twenty of them leave Design")
    for number, person in enumerate(people):
        expect.state(person, ACTIVE, proves="SEED-45")
        expect.groups(person, {design} if number < 30 else (), proves="SEED-12")


def test_an_owner_stays_an_owner(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Two owners of the account are assigned; one is renamed, leaves and comes back: neither gains nor loses a role."""
    account.need_disposable("owners of the account")
    (design,) = idp.assign_groups("Design")
    ada, grace, joan = (idp.hire(name, design) for name in ("Ada", "Grace", "Joan"))
    account.put_in_place(ada, grace, is_owner=True)
    account.put_in_place(joan)
    outbox = account.outbox()
    idp.sync("Design is assigned")
    expect.state(ada, ACTIVE, proves=("SEED-55", "SEED-57"))

    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    joan = idp.directory.rename(joan, "Joan", "Clarke-Murray")
    idp.sync("two of them have another name")
    expect.name(ada, proves="SEED-59")
    for person in (ada, joan):
        idp.directory.disable(person)
    idp.sync(idp.provider.acts["deactivate"])
    expect.state(ada, SUSPENDED, proves=("SEED-59", "SEED-65"))
    for person in (ada, joan):
        idp.directory.enable(person)
    idp.sync("both are back")

    for person in (ada, grace, joan):
        expect.state(person, ACTIVE, proves="SEED-48", facets="every step")
        expect.state(person, ACTIVE, proves="SEED-66")
    expect.no_mail(ada, grace, joan, since=outbox, proves="SEED-55")


def test_members_who_are_not_assigned_stay_in_every_state(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Seven members whom nobody assigns, each in another state, while Ada and Grace come, move, leave and come back."""
    strangers = {idp.hire(f"Joan{number}"): state for number, state in enumerate(STATES)}
    for person, state in strangers.items():
        account.put_in_place(person, state=state)
    everyone, design = idp.assign_groups("Everyone", "Design")
    outbox = account.outbox()

    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Ada and Grace are invited")
    account.enrol(ada)
    idp.directory.join(grace, design)
    ada = idp.directory.rename(ada, "Ada", "Byron-King")
    idp.sync("Grace joins Design, and Ada has a new name")
    for person in (ada, grace):
        idp.directory.disable(person)
    idp.sync(idp.provider.acts["deactivate"])
    for person in (ada, grace):
        idp.directory.enable(person)
    idp.sync("both are back")
    idp.directory.dissolve(design)
    idp.sync("Design is dissolved")

    for person, state in strangers.items():
        expect.state(person, *still(state), proves="SEED-57")
        expect.mail(person, "invitation", 0, since=outbox, proves="SEED-57")


def test_guests_in_a_pushed_group_stay_guests(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """A guest is in Design, which is renamed, emptied and dissolved: the guest is none of provisioning's business."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, guest = idp.hire("Ada", everyone, design), idp.hire("Grace", design)
    account.put_in_place(guest, kind="GUEST")
    outbox = account.outbox()
    idp.sync("both groups are assigned")

    design = idp.directory.rename_group(design, f"{design.name} and Drawing")
    idp.sync("Design has another name")
    idp.directory.disable(guest)
    idp.directory.leave(ada, design)
    idp.sync("nobody is in Design any more")
    idp.directory.dissolve(design)
    idp.sync("Design is dissolved")

    expect.guest(guest, proves="SEED-06", facets="guests")
    expect.no_mail(guest, since=outbox, proves="SEED-06", facets="guests")
    expect.active(ada, True, proves="SEED-06", facets="everybody else")
