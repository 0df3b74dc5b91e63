"""The ready-made files of `deploy/`, as values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
ACTION = DEPLOY / "github" / "action.yml"
WORKFLOW = DEPLOY / "github" / "workflow.yml"
GITLAB = DEPLOY / "gitlab" / "bridgecheck.gitlab-ci.yml"
CONTAINER = DEPLOY / "container" / "Containerfile"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))


def read(path: Path) -> Any:
    """The one document of a YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def manifests() -> list[tuple[str, dict[str, Any]]]:
    """All objects of the manifests, each with the name of its file."""
    return [(path.name, each) for path in MANIFESTS for each in yaml.safe_load_all(path.read_text("utf-8"))]


def instructions() -> list[tuple[str, str]]:
    """The instructions of the container file: the word and the rest, continued lines joined."""
    text = CONTAINER.read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.partition(" ")[0], line.partition(" ")[2].strip()) for line in lines]
