"""`conformance.json`: for scripts."""

from __future__ import annotations

import json

from harness.report.format import one_file
from harness.report.json import render_json
from harness.report.model import Report


def _render(report: Report) -> bytes:
    return json.dumps(render_json(report), ensure_ascii=False, indent=1).encode() + b"\n"


FORMAT = one_file("conformance.json", "for scripts; its schema is `schemas/report/conformance.json`", _render)
