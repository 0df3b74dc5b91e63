"""The files for GitHub, GitLab and Kubernetes: against the schemas of public packages, and a few rules of ours."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from harness.report.files import check_formats
from harness.target.options import make_options, read_profile
from tests.deploy.files import ACTION, GITLAB, MANIFESTS, WORKFLOW, manifests, read


def schema(name: str) -> Any:
    pytest.importorskip("check_jsonschema")
    return json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{name}.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("path", "name"),
    [(ACTION, "github-actions"), (WORKFLOW, "github-workflows"), (GITLAB, "gitlab-ci")],
    ids=["action", "workflow", "gitlab"],
)
def test_a_file_for_a_ci_server_keeps_its_schema(path: Path, name: str) -> None:
    document = read(path)
    if True in document:  # YAML 1.1 reads the key `on` so
        document["on"] = document.pop(True)

    rules = schema(name)
    found = jsonschema.validators.validator_for(rules)(rules).iter_errors(document)

    assert [f"{'/'.join(map(str, error.path))}: {error.message}" for error in found] == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_a_manifest_keeps_the_schemas_of_kubernetes(path: Path) -> None:
    validate = pytest.importorskip("kubernetes_validate")

    for name, document in manifests():
        if name == path.name:
            validate.validate(document, validate.latest_version(), strict=True)


def pods() -> list[dict[str, Any]]:
    found = []
    for _, document in manifests():
        if document["kind"] == "Job":
            found.append(document["spec"]["template"]["spec"])
        elif document["kind"] == "CronJob":
            found.append(document["spec"]["jobTemplate"]["spec"]["template"]["spec"])
    return found


def test_both_pods_are_the_same_but_for_their_schedule() -> None:
    first, second = pods()

    assert first == second


def test_a_pod_keeps_the_restricted_standard_and_has_no_rights_in_the_cluster() -> None:
    (container,) = pods()[0]["containers"]

    assert pods()[0]["automountServiceAccountToken"] is False
    assert pods()[0]["restartPolicy"] == "Never"
    assert pods()[0]["securityContext"]["runAsNonRoot"] is True
    assert pods()[0]["securityContext"]["runAsUser"] == 65532
    assert pods()[0]["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "command" not in container  # the image's own: there is no shell for another
    assert container["resources"]["limits"]["memory"]


def test_every_volume_is_there_and_all_that_is_written_is_a_volume() -> None:
    (container,) = pods()[0]["containers"]

    mounts = {mount["name"]: mount for mount in container["volumeMounts"]}
    assert set(mounts) == {volume["name"] for volume in pods()[0]["volumes"]}
    writable = {mount["mountPath"] for mount in mounts.values() if not mount.get("readOnly")}
    assert writable == {"/reports", "/tmp"}


def test_what_a_job_needs_is_made_by_its_file() -> None:
    made = {(document["kind"], document["metadata"]["name"]) for name, document in manifests() if name == "job.yaml"}

    assert ("ConfigMap", "bridgecheck-profile") in made
    assert ("PersistentVolumeClaim", "bridgecheck-reports") in made


def test_a_red_run_is_not_tried_again_and_two_are_never_at_once() -> None:
    specs = {document["kind"]: document.get("spec", {}) for _, document in manifests()}

    assert specs["Job"]["backoffLimit"] == specs["CronJob"]["jobTemplate"]["spec"]["backoffLimit"] == 0
    assert specs["CronJob"]["concurrencyPolicy"] == "Forbid"
    assert specs["Job"]["activeDeadlineSeconds"] > 0


def test_the_profile_of_the_job_is_one_that_bridgecheck_reads(tmp_path: Path) -> None:
    profile = next(document["data"]["vendor.toml"] for _, document in manifests() if document["kind"] == "ConfigMap")
    (tmp_path / "vendor.toml").write_text(profile, encoding="utf-8")

    options = make_options({}, read_profile(tmp_path / "vendor.toml"))

    assert check_formats(options.format)
    assert options.token_file == "/run/secrets/bridgecheck/token"
    assert not options.is_disposable


def test_no_input_stands_in_a_script_where_it_would_be_read_as_code() -> None:
    scripts = [step["run"] for step in read(ACTION)["runs"]["steps"] if "run" in step]

    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_a_workflow_has_the_least_rights_and_ends() -> None:
    workflow = read(WORKFLOW)

    assert workflow["permissions"] == {"contents": "read"}
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


def test_reports_are_kept_of_red_runs_too() -> None:
    (job,) = (value for value in read(GITLAB).values() if "script" in value)
    kept = next(step for step in read(ACTION)["runs"]["steps"] if "upload-artifact" in step.get("uses", ""))

    assert job["artifacts"]["when"] == "always"
    assert kept["if"].startswith("always()")


def test_every_format_that_a_file_asks_for_is_there() -> None:
    texts = [path.read_text("utf-8") for path in (ACTION, GITLAB)]
    named = [name for text in texts for listed in re.findall(r"json,junit[a-z,]*", text) for name in listed.split(",")]

    assert check_formats(named)
    assert {"github", "gitlab", "sarif"} <= set(named)
