"""Writes harness/catalogue/requirements/*.toml from our reference texts: tools/convert_requirements.py REFERENCE_DIR.

The reference folder holds requirements.yaml (the rows of the RFCs) and three dossiers with tables of
ours. The output depends on nothing but these files and the tables below, so a second run changes nothing.
"""

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

try:
    import yaml
except ImportError:
    sys.exit("this tool reads YAML: python -m pip install pyyaml")

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from harness.catalogue.requirement import CONDITIONS, load_catalogue  # noqa: E402

TARGET = ROOT / "harness" / "catalogue" / "requirements"

Row = dict[str, Any]

READINGS = {
    "RFC7643-2.1-02": ["ref-listed", "ref-not-listed"],
    "RFC7643-2.3.7-06": ["unknown-refused", "unknown-accepted", "membership-cleaned", "membership-kept"],
    "RFC7643-2.4-06": ["immutable", "read-only"],
    "RFC7643-3.1-09": ["ignored", "400-mutability"],
    "RFC7643-3.1-26": ["content-location", "location-only", "no-header"],
    "RFC7643-4.3-02": ["recommended", "required"],
    "RFC7643-5-19": ["listed-in-schema", "not-listed-in-schema"],
    "RFC7643-5-23": ["listed-in-schema", "not-listed-in-schema"],
    "RFC7643-6-06": ["present", "absent"],
    "RFC7643-6-10": ["present", "absent"],
    "RFC7643-7-05": ["present", "absent"],
    "RFC7643-7-06": ["present", "absent"],
    "RFC7644-3.3-19": ["ignored", "400"],
    "RFC7644-3.4.2-07": ["count-0-absent", "count-0-empty-array"],
    "RFC7644-3.4.2.2-08": ["missing-matches", "missing-does-not-match"],
    "RFC7644-3.4.2.2-21": ["either-form", "without-blank-only", "with-blank-only"],
    "RFC7644-3.4.2.2-32": ["400-invalidFilter", "no-match"],
    "RFC7644-3.4.2.2-33": ["match-on-value", "400-invalidFilter"],
    "RFC7644-3.4.2.4-05": ["count-0-absent", "count-0-empty-array"],
    "RFC7644-3.5.1-11": ["ignored", "400-mutability"],
    "RFC7644-3.5.1-17": ["400", "409"],
    "RFC7644-3.5.2-05": ["any-case", "lower-case-only"],
    "RFC7644-3.5.2-15": ["400-mutability", "meta-ignored"],
    "RFC7644-3.5.2-34": ["400", "409"],
    "RFC7644-3.5.2.2-11": ["success-unchanged", "400-noTarget"],
    "RFC7644-3.5.2.2-13": ["listed-removed", "all-removed", "400"],
    "RFC7644-3.7.3-03": ["status-string", "status-object-with-code"],
    "RFC7644-3.7.3-04": ["detail-in-response", "description-in-status"],
    "RFC7644-3.14-10": ["weak-tags-match", "strong-comparison"],
    "RFC7644-4-09": ["parameters-ignored", "parameters-applied"],
    "RFC7644-7.5.2-02": ["scimType-sensitive", "no-scimType"],
    "SEED-55": ["conflict-409", "adopt-200"],
    "SEED-56": ["conflict-409", "adopt-200"],
    "OKTA-08": ["conflict-409", "adopt-200"],
}
"""By hand, from the `ambiguities` of requirements.yaml: the legal answers of a row, each with a name."""

PAINS = {
    "P-01": "A suspension in the Google directory reaches the account within the sync period; "
    "a dead watch channel shows in the health document.",
    "P-02": "The settings of the Google integration survive a restart and a flush of the cache; "
    "when they are lost, health turns unhealthy.",
    "P-03": "A group that the directory fails to deliver, or delivers cut short, suspends nobody.",
    "P-04": "Chosen groups keep their choice and their id through a restart and a resync, and are not doubled.",
    "P-05": "totalResults is the sum over the pages, and no resource is lost or repeated, whatever count and filter.",
    "P-06": "PATCH operations have the same effect whatever the letter case of their names.",
    "P-07": "A membership changed on the account shows over SCIM, and a later push does not bring the old set back.",
    "P-08": "With provisioning off the connection test ends in a clean SCIM error, health names the cause, "
    "and all is well once it is on again.",
    "P-09": "Every request that an identity provider sent to earlier builds is still accepted, extra "
    "attributes included.",
    "P-10": "A cache that is late, lost or flushed is recovered from without help, shows in health and loses nobody.",
    "P-11": "A restart between sign-up and confirmation still ends in an active member and one start mail.",
    "P-12": "The mail that confirms a change of address arrives at the new address; a disallowed domain is an error.",
    "P-13": "An address changed while its member is suspended leads to the same member on reactivation.",
    "P-14": "Where userName and primary mail differ, the documented one is used; a change of mapping "
    "mails nobody unasked.",
    "P-15": "A reactivation by the identity provider ends active under the same id after each way of deprovisioning.",
    "P-16": "A member deleted on the account can be created anew: the old id is 404, the invitation is "
    "new, nothing loops.",
    "P-17": "A session file that does not fit the deployment is refused at start with a clear message.",
    "P-18": "The certificate chain is complete, its expiry is announced, and renewal survives the loss of the cache.",
    "P-19": "The probe addresses (/, /app, /ping, /health) answer a balancer without redirect or credentials.",
    "P-20": "Provisioning never changes who is in Provision Managers.",
    "P-21": "An invited person shows in the account's member list in the invited state.",
    "P-22": "A refusal by the account's firewall shows in health, and the identity provider gets an "
    "error worth retrying.",
    "P-23": "A write that is accepted has an effect on the account, also on a deprecated version.",
    "P-24": "Turning provisioning on changes no existing member or group and mails nobody.",
    "P-25": "When the application is removed in the identity provider, those who stay active can be told.",
    "P-26": "Two bridges that overlap for a minute send no duplicate invitations or confirmations.",
    "P-27": "No path beside the public ones, /metrics included, answers without the right credentials.",
    "P-28": "TLS spoken to a plain port, and the reverse, is told apart from a bridge that is down.",
    "P-29": "Addresses that differ in letter case alone are one member, found by each spelling, with one mail.",
    "P-30": "A create for an existing user ends in adoption or in a clean conflict after which the "
    "filter finds the user.",
    "P-31": "Throttling says when to come back, and loses and doubles nothing.",
    "P-32": "A change made by the identity provider shows on the account within the period, whenever health is green.",
}
"""By hand, from the pains of users and the tests that would have caught them: what must hold."""

SOURCES = {
    "OKTA-REF": "Okta developer docs (SCIM 2.0 reference)",
    "OKTA-CON": "Okta developer docs (SCIM concepts)",
    "OKTA-FAQ": "Okta developer docs (SCIM FAQ)",
    "OKTA-SPEC": "Okta SCIM 2.0 spec test",
    "OKTA-CRUD": "Okta SCIM 2.0 CRUD test",
    "OKTA-QA": "Okta SCIM test plan",
    "OKTA-2018": "Okta SCIM page of 2018",
    "LAB-OKTA": "lab notebook of an Okta trial",
    "CAP-OKTA": "capture of an Okta wizard app",
    "HELP-GPTR": "Okta help (group push troubleshooting)",
    "MS-TUT": "Microsoft Entra docs (SCIM endpoint tutorial)",
    "MS-COMPAT": "Microsoft Entra docs (SCIM compatibility)",
    "MS-HOW": "Microsoft Entra docs (how provisioning works)",
    "MS-QUAR": "Microsoft Entra docs (quarantine)",
    "MS-OND": "Microsoft Entra docs (provision on demand)",
    "MS-MAP": "Microsoft Entra docs (attribute mapping)",
    "MS-LOGS": "Microsoft Entra docs (provisioning logs)",
    "ACQ": "docs.acqueon.com (Entra SCIM integration)",
    "PRANEMS": "pranems/SCIMServer",
    "G-MON": "Google support 6294828",
    "G-ZEN": "Google support 7519798",
    "G-2016": "Google Workspace updates (July 2016)",
    "G-DIR": "Google Directory API v1",
    "G-PUSH": "Google Directory API (push notifications)",
    "G-LIM": "Google Directory API (limits)",
    "G-AUTH": "google-auth (service accounts)",
    "SUP-GOOGLE": "support.1password.com (Google Workspace)",
    "REC-01": "recording of the hosted 1Password service",
    "seed": "1Password support (best practices for automated provisioning)",
    "jackson": "boxyhq/jackson",
    "SCIM-SDK": "Captain-P-Goldfish/SCIM-SDK",
    "azure-docs": "MicrosoftDocs/azure-docs",
    "suna": "kortix-ai/suna",
    "HELM": "1Password/op-scim-helm",
    "EX": "1Password/scim-examples",
    "SUP:": "support.1password.com/",
    "COMM:": "1password.community discussion ",
    "EX:": "1Password/scim-examples ",
}
"""What the dossiers' short names of sources stand for."""

CONFIDENCE = {"D": "documented", "T": "seen in traffic", "U": "unconfirmed"}
OBSERVABLE = {"S": "scim", "A": "account", "M": "mail", "H": "health", "I": "idp"}
FIXTURES = {
    "T2": "second-tenant",
    "MS": "mail",
    "SP": "access-probe",
    "AP": "admin-page",
    "LG": "log",
    "CN": "canary",
    "RAW": "raw",
    "WB": "white-box",
    "ADM": "protected-admin",
}
SECURITY_LEVELS = {"G": "MUST", "P": "MUST", "A": "MAY"}

HEADS = {
    "rfc7643": "The core schema of SCIM, RFC 7643: what a service provider owes.",
    "rfc7644": "The SCIM protocol, RFC 7644: what a service provider owes.",
    "rfc9865": "Cursor pagination for SCIM, RFC 9865: what a service provider that offers it owes.",
    "bridge": "What the product's owner promises of a bridge (SEED), and what its users suffered from (P).",
    "okta": "What a bridge must accept from Okta, and what Okta relies on.",
    "entra": "What a bridge must accept from Microsoft Entra ID, and what Entra relies on.",
    "google": "What a bridge must accept from Google Workspace: push (its SCIM client) and pull (its Directory API).",
    "security": "Attacks, each with what a correct bridge answers (SEC); threats to bridgecheck itself (OWN).",
    "resilience": "Faults around a bridge, each with what must hold (REL).",
}


def main(reference: Path) -> None:
    """Converts everything, then loads the result as the harness does."""
    for stem, rows in convert(reference).items():
        write(stem, rows)
        levels = Counter(row["level"] for row in rows)
        print(
            f"{stem:11}{len(rows):4}",
            *(f"{level} {levels[level]}" for level in ("MUST", "SHOULD", "MAY")),
            sep="  ",
        )
    load_catalogue(TARGET)


def convert(reference: Path) -> dict[str, list[Row]]:
    """The rows of each file, in the order in which they are written."""
    behaviour = (reference / "bridge-behaviour.md").read_text(encoding="utf-8")
    wire = (reference / "idp-wire.md").read_text(encoding="utf-8")
    attacks = (reference / "security-reliability.md").read_text(encoding="utf-8")
    return {
        **rfc_files(yaml.safe_load((reference / "requirements.yaml").read_text(encoding="utf-8"))),
        "bridge": [*seed_rows(behaviour), *pain_rows(behaviour)],
        "okta": list(idp_rows(wire, "OKTA")),
        "entra": list(idp_rows(wire, "ENTRA")),
        "google": list(idp_rows(wire, "GOOGLE")),
        "security": [*attack_rows(attacks), *own_rows(attacks)],
        "resilience": list(fault_rows(attacks)),
    }


# The RFCs.


def rfc_files(document: dict[str, Any]) -> dict[str, list[Row]]:
    words = {item["condition"] for item in document["conditions"]["items"]}
    if words != set(CONDITIONS):
        sys.exit(f"harness.catalogue.requirement.CONDITIONS differs in {sorted(words ^ set(CONDITIONS))}")
    rows = [
        *map(rfc_row, document["requirements"]),
        *map(client_row, document["client_only"]["items"]),
        *map(untestable_row, document["not_testable"]["items"]),
    ]
    return {
        stem: [row for row in rows if row["id"].startswith(stem.upper() + "-")]
        for stem in ("rfc7643", "rfc7644", "rfc9865")
    }


def rfc_row(item: dict[str, Any]) -> Row:
    is_may = item["level"] == "MAY"
    return {
        **rfc_head(item),
        "when": item["conditional_on"].split(" and ") if item["conditional_on"] else [],
        "needs": [item["needs"]],
        "restates": item.get("restates"),
        "recorded": what_is_recorded(item["check"]) if is_may else None,
        "check_hint": item["check"],
        "defect": item["defect"],
    }


def rfc_head(item: dict[str, Any]) -> Row:
    document = item["id"].split("-")[0].replace("RFC", "RFC ")
    return {
        "id": item["id"],
        "level": item["level"],
        "source": f"{document} section {item['section']}",
        "statement": item["statement"],
    }


def what_is_recorded(check: str) -> str | None:
    found = re.search(r"\b[Rr]ecord(?:s|ed)? (.+?)(?=;|\.?$|\. )", check)
    return found[1].strip() if found else None


def client_row(item: dict[str, Any]) -> Row:
    kind = "a permission" if item["level"] == "MAY" else "a duty"
    return {**rfc_head(item), "unjudgeable": f"{kind} of clients: bridges are not judged by it"}


def untestable_row(item: dict[str, Any]) -> Row:
    return {**rfc_head(item), "unjudgeable": item["reason"]}


# The dossiers' tables.


def seed_rows(text: str) -> Iterator[Row]:
    for section, (row_id, statement, observable, check) in table_rows(text, "SEED", 4):
        letters = [letter for letter in observable.split() if letter != "doc"]
        yield {
            "id": row_id,
            "level": "MUST" if letters else "MAY",
            "source": f"1Password support, best practices for automated provisioning: {section}",
            "statement": sentence(statement),
            "needs": [OBSERVABLE[letter] for letter in letters],
            "check_hint": check,
            "unjudgeable": None if letters else "advice to those who plan a rollout",
        }


def pain_rows(text: str) -> Iterator[Row]:
    for _, (row_id, pain, source, test) in table_rows(text, "P", 4):
        yield {
            "id": row_id,
            "level": "SHOULD",
            "source": f"reports of users: {spell_out(source)}",
            "statement": PAINS[row_id],
            "check_hint": test,
            "defect": sentence(pain),
        }


def idp_rows(text: str, prefix: str) -> Iterator[Row]:
    for _, (row_id, kind, statement, source, confidence) in table_rows(text, prefix, 5):
        is_unconfirmed = "U" in confidence
        yield {
            "id": row_id,
            "level": "MAY" if is_unconfirmed else "MUST",
            "source": f"{spell_out(source)} ({confidence_in_words(confidence)})",
            "statement": f"Accepted: {statement.rstrip('.')}." if kind == "A" else sentence(statement),
            "recorded": "whether the bridge does so" if is_unconfirmed else None,
        }


def attack_rows(text: str) -> Iterator[Row]:
    cited = citations(text)
    for section, (head, attack, send, answer, defect) in table_rows(text, "SEC", 5):
        row_id, tag, *fixtures = head.split()
        yield {
            "id": row_id,
            "level": SECURITY_LEVELS[tag],
            "source": f"attack catalogue: {section}{precedents(attack, cited)}",
            "statement": sentence(f"{first_sentence(attack)}: {with_words(without_keys(answer))}"),
            "needs": [*(["profile"] if tag == "P" else []), *(FIXTURES[fixture] for fixture in fixtures)],
            "recorded": "what the bridge answers" if tag == "A" else None,
            "check_hint": f"send {without_keys(send)}",
            "defect": sentence(without_keys(defect)),
        }


def fault_rows(text: str) -> Iterator[Row]:
    cited = citations(text)
    for _, (row_id, fault, must_hold, outside, inside, precedent) in table_rows(text, "REL", 6):
        hints = [("black-box", outside), ("white-box", inside)]
        yield {
            "id": row_id,
            "level": "MUST",
            "source": f"fault catalogue{precedents(precedent, cited)}",
            "statement": sentence(f"{without_keys(fault)}: {without_keys(must_hold)}"),
            "needs": ["white-box"] if outside == "-" and inside != "-" else [],
            "check_hint": "; ".join(f"{where}: {how}" for where, how in hints if how != "-"),
        }


def own_rows(text: str) -> Iterator[Row]:
    for _, (row_id, threat, control, test) in table_rows(text, "OWN", 4):
        yield {
            "id": row_id,
            "level": "MUST",
            "source": "threats to bridgecheck itself",
            "statement": sentence(f"{first_sentence(threat)}: {without_keys(control)}"),
            "check_hint": without_keys(test),
            "unjudgeable": "judges bridgecheck itself, in tests/",
        }


def table_rows(text: str, prefix: str, columns: int) -> Iterator[tuple[str, list[str]]]:
    """The rows that begin with PREFIX-nn in tables of so many columns, each with its section's title."""
    title = ""
    for line in text.splitlines():
        if line.startswith("#"):
            title = re.sub(r"^#+ [0-9.A-Z]*\s*", "", line)
        if re.match(rf"\| {prefix}-\d+", line):
            cells = re.split(r"(?<!\\)\|", line)[1:-1]
            if len(cells) == columns:
                yield title, [cell.replace(r"\|", "|").replace("**", "").strip() for cell in cells]


def citations(text: str) -> dict[str, str]:
    """The keys of the sources section, with what each stands for."""
    lines = re.findall(r"^\| ([A-Z0-9, ]+) \| (.+) \|$", text.split("## 6. Sources")[1], re.MULTILINE)
    return {key: source_of(key, source) for keys, source in lines for key in keys.split(", ")}


def source_of(key: str, sources: str) -> str:
    """Where a line of sources serves several keys, the one repository and number that this key stands for."""
    number = key.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    shared = re.match(r"(\S+) .*with these numbers$", sources)
    if shared:
        return f"{shared[1]} {number}"
    for part in re.split("; ", sources):
        if number and re.match(rf"\S+/\S+ .*\b{number}\b", part):
            return f"{part.split()[0]} {number}"
    return sources


def precedents(cell: str, cited: dict[str, str]) -> str:
    """The sources cited in a cell; the RFCs and the product's own text are named in the words already."""
    keys = [key for key in re.findall(r"\[([A-Z0-9]+)\]", cell) if key not in ("R43", "R44", "SEED")]
    return "; precedent: " + "; ".join(dict.fromkeys(cited[key] for key in keys)) if keys else ""


def without_keys(cell: str) -> str:
    bare = re.sub(r",? ?\[[A-Z0-9]+\]", "", cell)
    return re.sub(r" +([,.;:)])", r"\1", bare).strip()


def first_sentence(cell: str) -> str:
    """What is attacked; the precedents that follow go into the source."""
    for evidence in (
        " (class of [Z])",
        ": class, no SCIM precedent found (unconfirmed)",
        " [OU] (",
        ": SCIMple ",
    ):
        cell = cell.partition(evidence)[0]
    return without_keys(cell.partition(". ")[0])


def with_words(answer: str) -> str:
    """The tags of fixtures inside an answer, as words."""
    return re.sub(r"\bSP\b", "the access probe", answer).replace("WB:", "inside:")


def spell_out(source: str) -> str:
    names = "|".join(sorted(map(re.escape, SOURCES), key=len, reverse=True))
    return re.sub(rf"(?<![\w/-])({names})((?<=:)|(?![\w-]))", lambda found: SOURCES[found[1]], source)


def confidence_in_words(marks: str) -> str:
    return re.sub(r"\b[DTU]\b", lambda found: CONFIDENCE[found[0]], marks).replace("+", " and ")


def sentence(text: str) -> str:
    """The text with a capital and a full stop; identifiers such as userName keep their spelling."""
    capital = re.sub(r"^[a-z]{2,}(?=[ ,:-])", lambda word: word[0].capitalize(), text)
    return capital if capital.endswith((".", "!", "?")) else capital + "."


# TOML.


def write(stem: str, rows: Iterable[Row]) -> None:
    lines = [
        f"# {HEADS[stem]}",
        "# Written by tools/convert_requirements.py; ids are never renumbered and never reused.",
    ]
    for row in rows:
        row["readings"] = READINGS.get(row["id"], [])
        lines += ["", "[[requirement]]", *(f"{key} = {toml(value)}" for key, value in row.items() if value)]
    (TARGET / f"{stem}.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def toml(value: str | list[str]) -> str:
    """A basic string or an array of them; JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: tools/convert_requirements.py REFERENCE_DIR")
    main(Path(sys.argv[1]))
