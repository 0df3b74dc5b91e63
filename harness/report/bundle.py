"""The evidence bundle: what a certifying run leaves, in one archive that can be checked, and says what is untested."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from harness import __version__
from harness.catalogue.requirement import Catalogue, load_catalogue
from harness.catalogue.verdict import Verdict
from harness.errors import UsageError
from harness.record.exchange import Json
from harness.report.html import make_environment
from harness.report.model import Report, Row
from harness.schema.validate import validate

BUNDLE = "bridgecheck-bundle.zip"
SCHEMA = "bridgecheck/bundle/1"
MANIFEST, FIRST_PAGE = "manifest.json", "index.html"
_LARGEST = 2_000_000_000  # bytes, unpacked: ours
_SMALL = 50_000_000
_CHUNK = 2**20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same content is the same archive


@dataclass(frozen=True, slots=True)
class NotTested:
    """Requirements that a run did not test, for one reason."""

    reason: str
    rows: tuple[Row, ...]


def catalogue_digest(catalogue: Catalogue | None = None) -> str:
    """SHA-256 over id, level and statement of every requirement: which rules a verdict speaks of."""
    rows = (catalogue or load_catalogue()).values()
    text = "\n".join(f"{row.id}\t{row.level}\t{row.claim}\t{row.statement}" for row in rows)
    return hashlib.sha256(text.encode()).hexdigest()


def not_tested(rows: Iterable[Row]) -> tuple[NotTested, ...]:
    """What a run did not test, by reason; what was tested only in part is a reason of its own."""
    left = [(row.reason or "judged in part", row) for row in rows if row.verdict in (Verdict.SKIP, Verdict.PARTLY)]
    left.sort(key=lambda each: each[0])
    return tuple(
        NotTested(reason, tuple(row for _, row in group)) for reason, group in groupby(left, key=lambda each: each[0])
    )


def write_bundle(report: Report, files: Iterable[Path], place: Path) -> Path:
    """Write the archive: a first page, a manifest with the digest of each file, and the files. Raises UsageError."""
    kept = {path.name: path for path in files if path.is_file()}
    left = not_tested(report.rows)
    page = make_environment().get_template("bundle.html")
    first = page.render(
        report=report,
        left=left,
        count=sum(len(each.rows) for each in left),
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        catalogue=catalogue_digest(),
        names=sorted(kept),
    ).encode()
    digests = {FIRST_PAGE: _digest_of(first), **{name: _digest_of(path) for name, path in sorted(kept.items())}}
    manifest = json.dumps(_manifest(report, left, digests), ensure_ascii=False, indent=1).encode() + b"\n"
    draft = place.with_name(f".{place.name}.tmp")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(FIRST_PAGE, _EPOCH), first, zipfile.ZIP_DEFLATED)
            archive.writestr(zipfile.ZipInfo(MANIFEST, _EPOCH), manifest, zipfile.ZIP_DEFLATED)
            for name, path in sorted(kept.items()):
                archive.write(path, name)
        draft.chmod(0o600)
        draft.replace(place)
    except OSError as error:
        raise UsageError(f"the bundle can't be written to {place}: {error}") from error
    finally:
        draft.unlink(missing_ok=True)
    return place


def _manifest(report: Report, left: Iterable[NotTested], digests: dict[str, tuple[str, int]]) -> Json:
    header = report.header
    return {
        "schema": SCHEMA,
        "bridgecheck": __version__,
        "catalogue": catalogue_digest(),
        "target": {"name": header.target_name, "url": header.target_url, "capabilities": report.capabilities},
        "observers": list(report.observers),
        "run": {
            "seed": header.seed,
            "mode": header.mode,
            "gate": header.gate,
            "claims": list(header.claims),
            "dialects": list(header.dialects),
            "readings": list(header.readings),
            "started_at": datetime.fromtimestamp(header.started_at, UTC).isoformat().replace("+00:00", "Z"),
            "exchanges": report.exchanges,
        },
        "verdict": {
            "exit_code": report.exit_code.value,
            "name": report.exit_code.label,
            "sentence": report.sentence,
            "readiness": {each.claim: each.verdict.value for each in report.readiness},
        },
        "not_tested": [
            {"reason": each.reason, "requirements": [row.requirement.id for row in each.rows]} for each in left
        ],
        "files": {name: {"sha256": digest, "bytes": size} for name, (digest, size) in digests.items()},
    }


def _digest_of(content: bytes | Path) -> tuple[str, int]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), content.stat().st_size


class Bundle:
    """An opened bundle. Nothing of it is unpacked but into a folder of the caller's, and under names of ours."""

    def __init__(self, path: Path) -> None:
        """Open it. Raises UsageError for what is no bundle of this version."""
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is no evidence bundle: it is no file")
        try:
            self._archive = zipfile.ZipFile(path)
            names = self._archive.namelist()
            if MANIFEST not in names:
                raise UsageError(f"{path} is no evidence bundle: it holds no {MANIFEST}")
            self.manifest: dict[str, Any] = json.loads(self._small(MANIFEST).decode("utf-8"))
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
        except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError) as error:
            raise UsageError(f"{path} is no evidence bundle, or is cut short: {error}") from error
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}: {MANIFEST} is not JSON in UTF-8: {error}") from error
        found = self.manifest.get("schema") if isinstance(self.manifest, dict) else None
        if found != SCHEMA:
            raise UsageError(f"{path} is a bundle of version {found!r}; this version of bridgecheck reads {SCHEMA!r}")
        for violation in validate(self.manifest, "report/bundle"):
            raise UsageError(f"{path}: {MANIFEST}, {violation.pointer or '/'}: {violation.message}")

    def problems(self) -> Iterator[str]:
        """What does not agree with the manifest: a file that is missing, added, or not as it was."""
        stated: dict[str, Any] = self.manifest["files"]
        infos = {info.filename: info for info in self._archive.infolist()}
        if len(infos) < len(self._archive.infolist()):
            yield "a name stands twice in the archive"
        yield from (f"{name}: not in the manifest" for name in sorted(set(infos) - set(stated) - {MANIFEST}))
        for name, each in stated.items():
            if name not in infos:
                yield f"{name}: missing"
            elif infos[name].file_size > _LARGEST:
                yield f"{name}: {infos[name].file_size} bytes, more than we unpack"
            elif self._digest(name) != (each["sha256"], each["bytes"]):
                yield f"{name}: not as it was when the bundle was made"

    def unpack(self, name: str, folder: Path) -> Path:
        """One file of the archive, in that folder."""
        place = folder / Path(name).name
        with self._archive.open(name) as packed, place.open("wb") as file:
            for part in _parts(packed):
                file.write(part)
        return place

    def report(self) -> Json:
        """The JSON report in it."""
        return dict(json.loads(self._archive.read("conformance.json")))

    def _small(self, name: str) -> bytes:
        if self._archive.getinfo(name).file_size > _SMALL:
            raise UsageError(f"{name} in the bundle is larger than {_SMALL // 1_000_000} MB")
        return self._archive.read(name)

    def _digest(self, name: str) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        try:
            with self._archive.open(name) as packed:
                for part in _parts(packed):
                    digest.update(part)
                    size += len(part)
        except (zipfile.BadZipFile, EOFError, OSError):
            return "", -1
        return digest.hexdigest(), size


def _parts(file: Any) -> Iterator[bytes]:
    total = 0
    while part := file.read(_CHUNK):
        total += len(part)
        if total > _LARGEST:
            raise UsageError("a file of the bundle is larger than we unpack")
        yield part
