import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from harness.schema.validate import validate
from loadtests.record import Run, exit_code, make_load, write_load
from loadtests.shapes import SMOKE

RUN = Run("https://ada:secret@bridge.example/scim/v2", 4.0, 3, 7, ("okta-oin",), 1, 0.25, ())


@dataclass
class Measured:
    name: str
    num_requests: int = 8
    num_failures: int = 0
    max_response_time: float = 12.34
    response_times: Mapping[float, int] = field(default_factory=lambda: {5.0: 7, 12.3: 1})


@dataclass
class Failed:
    name: str
    error: object
    occurrences: int


HOT = [Measured(name) for name in ("find user", "create user", "set user active", "change group members")]


def test_a_good_run_passes_and_keeps_its_schema() -> None:
    document = make_load(RUN, SMOKE, HOT, [])

    assert validate(document, "report/load") == []
    assert document["verdict"] == "pass"
    assert document["total"] == {
        "name": "all requests",
        "count": 32,
        "failures": 0,
        "rps": 8.0,
        "p50_ms": 5.0,
        "p95_ms": 12.3,
        "p99_ms": 12.3,
        "max_ms": 12.3,
    }


def test_the_target_is_shown_without_credentials() -> None:
    assert make_load(RUN, SMOKE, HOT, [])["target"] == "https://bridge.example/scim/v2"


def test_requests_of_one_name_are_one_row_whatever_their_method() -> None:
    document = make_load(RUN, SMOKE, [Measured("find user"), Measured("find user", 2, 1, 90.0, {80.0: 2})], [])

    row = document["requests"][0]
    assert (row["count"], row["failures"], row["p95_ms"], row["max_ms"]) == (10, 1, 80.0, 90.0)


def test_failed_requests_fail_the_run() -> None:
    document = make_load(RUN, SMOKE, [*HOT, Measured("rename group", 1, 1)], [Failed("rename group", "status 500", 1)])

    assert document["verdict"] == "fail"
    assert document["errors"] == [{"name": "rename group", "error": "status 500", "count": 1}]


def test_the_most_frequent_error_comes_first() -> None:
    errors = [Failed("find user", "status 500", 1), Failed("create user", "status 409", 3)]

    assert [row["count"] for row in make_load(RUN, SMOKE, HOT, errors)["errors"]] == [3, 1]


def test_a_run_without_requests_is_void() -> None:
    document = make_load(RUN, SMOKE, [], [])

    assert validate(document, "report/load") == []
    assert document["generator"]["problems"] == ["no request was made"]
    assert {one["verdict"] for one in document["objectives"]} == {"void"}
    assert document["verdict"] == "void"


def test_a_saturated_generator_makes_the_run_void() -> None:
    document = make_load(replace(RUN, cpu_share=0.93), SMOKE, HOT, [])

    assert document["verdict"] == "void"
    assert "93% of a core" in document["generator"]["problems"][0]


def test_a_warning_of_locust_makes_the_run_void() -> None:
    assert make_load(replace(RUN, problems=("locust warned",)), SMOKE, HOT, [])["verdict"] == "void"


def test_each_verdict_has_the_exit_code_of_the_command_line() -> None:
    assert [exit_code("pass"), exit_code("fail"), exit_code("void")] == [0, 6, 7]


def test_the_file_is_written_whole_into_a_new_folder(tmp_path: Path) -> None:
    write_load(tmp_path / "new" / "load.json", {"verdict": "pass"})

    assert json.loads((tmp_path / "new" / "load.json").read_text()) == {"verdict": "pass"}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["load.json"]
