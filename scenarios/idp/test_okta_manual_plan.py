"""The remaining cases of Okta's manual plan; docs/reference/vendor-gates.md lists all of them."""

from __future__ import annotations

import pytest

from harness.idp.okta import Okta, OktaKnobs
from harness.stories.driven_idp import DrivenIdp
from harness.stories.expect import Expect

OKTA = pytest.mark.dialects("okta-oin", "okta-aiw")


def okta_of(idp: DrivenIdp) -> Okta:
    """The provider as Okta: these stories use actions of its administrators."""
    assert isinstance(idp.provider, Okta)
    return idp.provider


@OKTA
def test_empty_values_are_pushed(idp: DrivenIdp, expect: Expect) -> None:
    """Title and department are mapped; Ada loses both and gets another name, and Okta pushes empty texts."""
    okta_of(idp).knobs = OktaKnobs(map_enterprise=True, push_empty=True)
    ada = idp.directory.change_profile(idp.hire("Ada"), title="Countess", department="Engines")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    ada = idp.directory.change_profile(ada, title="", department="")
    ada = idp.directory.rename(ada, "Ada", "King")
    idp.sync("Ada has neither title nor department any more")

    expect.name(ada, proves="OKTA-10")
    expect.active(ada, True, proves="OKTA-09")


@OKTA
def test_a_password_is_synchronised(idp: DrivenIdp, expect: Expect) -> None:
    """Ada's password changes in Okta: it is sent, and nothing else about her changes."""
    okta = okta_of(idp)
    ada = idp.hire("Ada")
    idp.directory.assign(ada)
    idp.sync("Ada is assigned")

    idp.perform("Ada has another password", okta.change_password(ada))

    expect.one_user(ada, proves="OKTA-06", scim_id=okta.id_of(ada))
    expect.active(ada, True, proves="OKTA-06")


@OKTA
def test_a_group_loses_the_application(idp: DrivenIdp, expect: Expect) -> None:
    """Design is unassigned: Ada is deactivated, and Grace, who is also assigned herself, is not."""
    everyone, design = idp.assign_groups("Everyone", "Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design, everyone)
    idp.sync("Everyone and Design are assigned")

    idp.directory.unassign_group(design)
    idp.sync("Design has lost the application")

    expect.active(ada, False, proves=("OKTA-14", "SEED-64"))
    expect.active(grace, True, proves="SEED-64")


@OKTA
def test_who_has_access_by_a_group_comes_back_by_it(idp: DrivenIdp, expect: Expect) -> None:
    """Ada is deactivated and reactivated in Okta: her group assigns her again, and she is the same user."""
    (design,) = idp.assign_groups("Design")
    ada = idp.hire("Ada", design)
    idp.sync("Design is assigned")
    scim_id = idp.made(ada)

    idp.directory.disable(ada)
    idp.sync(idp.provider.acts["deactivate"])
    idp.directory.enable(ada)
    idp.sync("Ada is activated in Okta")

    expect.active(ada, True, proves=("OKTA-14", "SEED-66"))
    expect.one_user(ada, proves="OKTA-14", scim_id=scim_id, facets="the same id after the return")


@OKTA
def test_who_was_left_out_of_a_push_is_in_the_next_full_one(idp: DrivenIdp, expect: Expect) -> None:
    """Ada was deactivated, so pushes leave her out; "Push Now" adds her again, and Grace stays."""
    okta = okta_of(idp)
    (design,) = idp.assign_groups("Design")
    ada, grace = idp.hire("Ada", design), idp.hire("Grace", design)
    idp.sync("Design is assigned")
    idp.directory.disable(ada)
    idp.sync(okta.acts["deactivate"])
    idp.directory.enable(ada)
    idp.sync("Ada is activated in Okta")

    idp.perform("Design is pushed by hand", okta.push_now(design))

    for person in (ada, grace):
        expect.groups(person, {design}, proves="OKTA-22" if okta.patches else "OKTA-31")
