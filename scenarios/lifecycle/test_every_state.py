"""Members in every state, and what is done to all of them: nobody gets in or out by it (SEED-16, 46, 55, 65)."""

from __future__ import annotations

from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.crowd import gather
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

STAYS = ("SEED-18", "SEED-65")


def test_a_group_changes_and_nobody_in_it(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Design gets a member, loses one, gets a name and is dissolved: everybody in it stays in the state they are in."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    crowd = gather(idp, account, everyone, design)
    outbox = account.outbox()
    works = list(crowd.people)[2]

    newcomer = idp.hire("Barbara", everyone, design)
    idp.sync("Barbara joins Design")
    crowd.expect_as_before(expect, STAYS)
    idp.directory.leave(works, design)
    idp.sync("one of them leaves Design")
    idp.directory.leave(newcomer, design)
    idp.sync("Barbara leaves Design")
    crowd.expect_as_before(expect, STAYS)
    design = idp.directory.rename_group(design, f"{design.name} and Drawing")
    idp.sync("Design has another name")
    crowd.expect_as_before(expect, STAYS)
    idp.directory.dissolve(design)
    idp.sync("Design is dissolved")

    crowd.expect_as_before(expect, (*STAYS, "SEED-46"))
    expect.mail(newcomer, "invitation", 1, since=outbox, proves=("SEED-51", "SEED-20"))
    for person in crowd.people:
        expect.mail(person, "invitation", 0, since=outbox, proves="SEED-56")


def test_a_group_is_joined_by_people_in_every_state(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Everybody joins Sales, one after the other, and leaves it: no state changes, and nobody is invited by it."""
    everyone, sales = idp.assign_groups("Everyone", "Sales")
    crowd = gather(idp, account, everyone)
    outbox = account.outbox()

    for person in crowd.people:
        idp.directory.join(person, sales)
    idp.sync("everybody joins Sales")
    crowd.expect_as_before(expect, STAYS)
    for person in crowd.people:
        idp.directory.leave(person, sales)
    idp.sync("everybody leaves Sales")

    crowd.expect_as_before(expect, STAYS)
    for person in crowd.people:
        expect.mail(person, "invitation", 0, since=outbox, proves="SEED-56")


def test_details_change_and_no_state(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Everybody gets another name and title: the account shows the new name, and nobody's state changes."""
    (everyone,) = idp.assign_groups("Everyone")
    crowd = gather(idp, account, everyone)
    outbox = account.outbox()

    for person in crowd.people:
        idp.directory.rename(person, person.given_name, f"{person.family_name}-King")
        idp.directory.change_profile(person, title="Engineer")
    idp.sync("everybody has another name and title")

    crowd.expect_as_before(expect, ("SEED-16", "SEED-65"))
    for person, now in zip(crowd.people, crowd.now(idp), strict=True):
        if now.is_enabled:  # who has left the directory's active staff may be out of the provider's sight
            expect.name(now, proves=("SEED-15", "SEED-60", "P-32"), facets=("display name",))
        expect.mail(person, "invitation", 0, since=outbox, proves="SEED-56")
        expect.mail(person, "address_change", 0, since=outbox, proves="SEED-61")


def test_a_create_for_everybody_again(idp: DrivenIdp, account: Account, client: Client, expect: Expect) -> None:
    """The creates of everybody come again, as after lost answers: nobody is doubled, mailed, or moved back."""
    (everyone,) = idp.assign_groups("Everyone")
    crowd = gather(idp, account, everyone)
    outbox = account.outbox()

    for person, state in crowd.people.items():
        entry = client.send(idp.create_again(person))
        client.observe()
        expect.answer(entry, 200, 201, 409, proves=("SEED-55", "P-30"))
        expect.one_user(person, proves=("SEED-55", "SEED-58"))
        if state in ("INVITED", "ACTIVE", "RECOVERING"):
            expect.state(person, state, proves="SEED-55")
        expect.mail(person, "start", 0, since=outbox, proves="SEED-54")


def test_everybody_leaves_twice_and_comes_back(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Everybody is deactivated, and once more: nobody gets in by the second time; all come back where they were."""
    (everyone,) = idp.assign_groups("Everyone")
    crowd = gather(idp, account, everyone)
    scim_ids, outbox = {person: idp.made(person) for person in crowd.people}, account.outbox()

    for person in crowd.people:
        idp.directory.disable(person)
    idp.sync(idp.provider.acts["deactivate"])
    for person in crowd.people:
        expect.state(person, "SUSPENDED", "INVITED_SUSPENDED", "PENDING_SUSPENDED", proves=("SEED-63", "SEED-65"))
    for person in crowd.people:
        idp.directory.enable(person)
    idp.sync("everybody is back")
    account.wait_for_confirmation()

    for person, state in crowd.people.items():
        wanted = "INVITED" if state in ("INVITED", "INVITED_SUSPENDED") else "ACTIVE"
        expect.state(person, wanted, proves=("SEED-66", "P-15"))
        expect.one_user(person, proves=("SEED-66", "P-15"), scim_id=scim_ids[person])
        if wanted == "ACTIVE":
            expect.mail(person, "invitation", 0, since=outbox, proves="SEED-66")


def test_a_link_works_again_on_return(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is suspended before she signs up, and comes back: the link that she has, or the one she gets, lets her in."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    outbox = account.outbox()
    link = account.invitation_to(ada)

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    account.try_to_sign_up(ada, link)
    expect.state(ada, "INVITED_SUSPENDED", "SUSPENDED", proves=("SEED-65", "SEED-52"))
    account.pass_days(8)  # longer than links to invitations last that people send each other
    idp.directory.enable(ada)
    idp.sync("Ada is back")
    account.try_to_sign_up(ada)
    account.wait_for_confirmation()

    expect.state(ada, "ACTIVE", proves=("SEED-52", "SEED-66"))
    expect.mail(ada, "start", 1, since=outbox, proves="SEED-54")


def test_who_waits_is_let_in_after_return(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada has signed up, is suspended, and comes back: the bridge confirms her now, and says so once."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    outbox = account.outbox()
    account.sign_up(ada)

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    idp.directory.enable(ada)
    idp.sync("Ada is back")
    account.wait_for_confirmation()

    expect.state(ada, "ACTIVE", proves=("SEED-53", "SEED-66"))
    expect.mail(ada, "start", 1, since=outbox, proves="SEED-54")
    expect.mail(ada, "invitation", 0, since=outbox, proves=("SEED-56", "SEED-66"))


def test_a_month_passes(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada is suspended and comes back after weeks, and Grace does not: both are members still, Ada as herself."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    account.enrol(ada, grace)
    scim_id = idp.made(ada)
    idp.directory.disable(ada)
    idp.directory.disable(grace)
    idp.sync(idp.provider.acts["deactivate"])
    outbox = account.outbox()

    account.pass_days(29)
    expect.state(ada, "SUSPENDED", proves=("SEED-66", "SEED-67"))
    idp.directory.enable(ada)
    idp.sync("Ada is back")

    expect.state(ada, "ACTIVE", proves=("SEED-66", "P-15"))
    expect.one_user(ada, proves=("SEED-66", "P-15"), scim_id=scim_id)
    expect.state(grace, "SUSPENDED", proves=("SEED-66", "SEED-67"))
    expect.no_mail(ada, grace, since=outbox, proves="SEED-66")


def test_a_link_is_for_one_person_once(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """The link in each mail lets in the person to whom it went, nobody else, and nobody twice."""
    account.need_clock()
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    links = {person: account.invitation_to(person) for person in (ada, grace)}

    account.try_to_sign_up(grace, links[ada])
    expect.state(grace, "INVITED", proves="SEED-52")
    account.try_to_sign_up(ada, links[ada])
    expect.state(ada, "PENDING", "ACTIVE", proves="SEED-52")
    account.wait_for_confirmation()
    account.try_to_sign_up(ada, links[ada])
    expect.state(ada, "ACTIVE", proves="SEED-52")
    account.try_to_sign_up(grace, links[grace])
    account.wait_for_confirmation()

    expect.state(grace, "ACTIVE", proves="SEED-52")
