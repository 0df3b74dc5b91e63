"""A driven provider: the vendor's time-out, and moves of the bridge's clock."""

from __future__ import annotations

from harness.idp.okta import OktaKnobs, OktaOin
from harness.stories.driven_idp import DrivenIdp
from harness.stories.names import make_provider
from tests.harness.stories.fakes import Probe, make_run


def test_each_vendor_waits_as_long_as_it_does() -> None:
    run, wire, _ = make_run()
    okta = make_provider(OktaOin, run.options, "a story")
    okta.knobs = OktaKnobs(timeout_s=17)  # type: ignore[attr-defined]

    DrivenIdp(okta, run).sync()

    assert wire.timeout_s == 17


def test_the_bridges_clock_follows_the_providers() -> None:
    probe = Probe()
    run, _, _ = make_run(probe=probe)
    idp = DrivenIdp(OktaOin(make_provider(OktaOin, run.options, "x").directory), run)

    idp.sync()

    assert probe.done == [("clock/advance", {"seconds": 1.5})]
