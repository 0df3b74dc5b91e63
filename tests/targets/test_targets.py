"""Servers of others: every cause that a run reports has its defence, and the page of each is what its run gives."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest

from harness.catalogue.requirement import load_catalogue
from tools import judge_target
from tools.target_servers import Installed, MissingError, install

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Judged:
    """A server, what defends its causes, and the conformance.json of a run against it."""

    name: str
    target: dict[str, Any]
    installed: Installed
    report: dict[str, Any]


class OfAServer:
    """What is tested of each server. A class for each, so that parallel workers judge no server twice."""

    name: str

    @pytest.fixture(scope="class")
    @classmethod
    def judged(cls) -> Judged:
        """The server, judged once for all tests of the class."""
        target = judge_target.read_target(cls.name)
        try:
            installed = install(cls.name)
        except MissingError as error:
            pytest.skip(f"{cls.name}: {error}")
        return Judged(cls.name, target, installed, judge_target.run(target, installed))

    def test_every_cause_has_its_defence(self, judged: Judged) -> None:
        assert judge_target.undefended(judged.report, judged.target) == []

    def test_what_is_defended_is_red(self, judged: Judged) -> None:
        assert judge_target.unneeded(judged.report, judged.target) == set()

    def test_a_servers_wrong_answer_is_no_error_of_ours(self, judged: Judged) -> None:
        assert judged.report["verdict"]["exit_code"] == 1
        assert judged.report["totals"]["error"] == 0

    def test_the_page_is_what_the_run_gives(self, judged: Judged) -> None:
        page = (judge_target.PAGES / f"{judged.name}.md").read_text(encoding="utf-8")

        made = judge_target.render(judged.target, judged.installed, judged.report)

        assert judge_target.steady(page) == judge_target.steady(made)

    def test_the_table_has_the_row_of_the_run(self, judged: Judged) -> None:
        row = judge_target.summary(judged.target, judged.installed, judged.report)

        assert judge_target.read_index()[judged.name] == row


class TestDjangoScim2(OfAServer):
    name = "django-scim2"


class TestScim2Server(OfAServer):
    name = "scim2-server"


class TestScimmyRouters(OfAServer):
    name = "scimmy-routers"


def test_every_server_is_judged_here() -> None:
    assert judge_target.names() == sorted(each.name for each in OfAServer.__subclasses__())


@pytest.mark.parametrize("name", judge_target.names())
def test_a_defence_names_a_section_or_a_source(name: str) -> None:
    for each in judge_target.read_target(name)["cause"]:
        assert each["kind"] in judge_target.KINDS
        assert each["why"]
        assert re.search(
            r"RFC 764[34] section \d" if each["kind"] == "breach" else r"section \d|docs/sources\.md", each["rule"]
        )
        assert ("of" in each) is (each["kind"] == "consequence")
        assert {*each["ids"], *each.get("of", ())} <= {row.id for row in load_catalogue().values()}


def test_a_cause_without_a_defence_is_named() -> None:
    cause = {"requirement": "ENTRA-13", "request": "PATCH /Users/7", "said": "501", "expected": "200", "actual": "501"}

    lines = judge_target.undefended({"causes": [cause]}, {"cause": [{"ids": ["ENTRA-12"]}]})

    assert lines == ["ENTRA-13: PATCH /Users/7: expected 200; was 501"]


def test_a_defence_that_names_the_status_goes_first() -> None:
    cause = {"requirement": "ENTRA-12", "request": "PATCH /Users/7", "said": "500: broken"}
    general, exact = {"ids": ["ENTRA-12"], "why": "general"}, {"ids": ["ENTRA-12"], "why": "exact", "status": 500}

    assert judge_target.defence_of(cause, {"cause": [general, exact]}) == exact
    assert judge_target.defence_of({**cause, "said": "501"}, {"cause": [general, exact]}) == general


def test_a_server_that_the_registry_does_not_give_is_named(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MissingError, match="node is not installed"):
        install("scimmy-routers")
