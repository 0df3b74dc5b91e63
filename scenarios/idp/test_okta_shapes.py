"""Shapes that recordings of Okta have and that are no default of it: each is a setting or an act, with its story."""

from __future__ import annotations

import pytest

from harness.idp.okta import Okta, OktaKnobs
from harness.record.message import path_of, remove
from harness.stories.account import Account
from harness.stories.client import Client
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

OKTA = pytest.mark.dialects("okta-oin", "okta-aiw")


def okta_of(idp: DrivenIdp, knobs: OktaKnobs | None = None) -> Okta:
    """The provider as Okta, with these settings."""
    assert isinstance(idp.provider, Okta)
    idp.provider.knobs = knobs or idp.provider.knobs
    return idp.provider


@pytest.mark.dialects("okta-oin")
def test_the_members_come_before_the_name(idp: DrivenIdp, expect: Expect) -> None:
    """Design is pushed as one recording has it: its members, a read of the group, and its name last."""
    okta_of(idp, OktaKnobs(push_order="members first"))
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    joan = idp.hire("Joan", design)
    idp.directory.leave(grace, design)
    idp.directory.assign(grace)
    idp.sync("Joan has joined Design, and Grace, who is assigned herself, has left it")

    expect.groups(ada, {design}, proves="OKTA-33")
    expect.groups(joan, {design}, proves="OKTA-33")
    expect.groups(grace, (), proves="OKTA-33")
    expect.listed_group(design, True, proves="OKTA-33")


@pytest.mark.dialects("okta-aiw")
def test_a_group_is_put_without_meta(idp: DrivenIdp, expect: Expect) -> None:
    """A wizard's application puts Design with little beside its members, whose display is null."""
    okta_of(idp, OktaKnobs(group_put="bare"))
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", everyone, design), idp.hire("Grace", everyone)
    idp.sync("Everyone and Design are assigned")
    idp.directory.leave(ada, design)
    idp.directory.join(grace, design)
    idp.sync("Ada has left Design and Grace has joined it")

    expect.groups(ada, {everyone}, proves=("OKTA-31", "OKTA-34"))
    expect.groups(grace, {everyone, design}, proves=("OKTA-31", "OKTA-34"))


@OKTA
def test_a_password_is_sent_twice(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada's password is synchronised twice, the same each time: nothing else about her changes."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    okta = okta_of(idp)
    idp.sync("Design is assigned")
    outbox = account.outbox()

    idp.perform("Ada has another password", okta.change_password(ada))
    idp.perform("the password is sent again", okta.change_password(ada))

    way = "OKTA-35" if okta.patches else "OKTA-09"
    expect.name(ada, proves=way)
    expect.active(ada, True, proves=way)
    expect.groups(ada, {design}, proves=way)
    expect.no_mail(ada, since=outbox, proves=way)


@OKTA
def test_an_unchanged_profile_is_pushed(idp: DrivenIdp, account: Account, expect: Expect) -> None:
    """Ada, who is in two groups, is synchronised by force: nothing about her changes, and no mail is sent."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada = idp.hire("Ada", everyone, design)
    okta = okta_of(idp)
    idp.sync("Everyone and Design are assigned")
    outbox = account.outbox()

    idp.perform("Ada is synchronised by force", okta.force_sync(ada))
    idp.perform("Ada is synchronised by force again", okta.force_sync(ada))

    expect.groups(ada, {everyone, design}, proves="OKTA-36")
    expect.name(ada, proves="OKTA-36")
    expect.active(ada, True, proves="OKTA-36")
    expect.no_mail(ada, since=outbox, proves="OKTA-36")


@OKTA
def test_who_is_gone_is_created_anew(idp: DrivenIdp, client: Client, expect: Expect) -> None:
    """Ada is deactivated, and somebody else deletes her user; when she is back, the look-up finds nobody, and she is
    created.
    """
    okta_of(idp)
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    client.send(remove(path_of("Users", idp.made(ada)), "delete user"))
    client.observe()

    idp.directory.enable(ada)
    idp.sync("Ada is activated in Okta")

    expect.one_user(ada, proves="OKTA-37")
    expect.active(ada, True, proves="OKTA-37")
