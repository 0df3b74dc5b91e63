"""Runs the fake by hand: `python3 -m harness.directory_api --people 50 --groups 5 --key-out key.json`."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import click

from harness.directory.directory import Directory
from harness.directory_api.server import DirectoryApi


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--people", type=click.IntRange(0, 1_000_000), default=50, show_default=True, help="How many people.")
@click.option("--groups", type=click.IntRange(0, 1000), default=5, show_default=True, help="How many groups.")
@click.option("--domain", default="example.com", show_default=True, help="The domain of all addresses.")
@click.option("--seed", type=int, default=1, show_default=True, help="Another seed, other people.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 picks one.")
@click.option("--key-out", type=click.Path(path_type=Path), required=True, help="Where to write the key file.")
def main(people: int, groups: int, domain: str, seed: int, port: int, key_out: Path) -> None:
    """Serve a made-up Google Workspace on loopback until Ctrl-C, or Ctrl-D in a terminal.

    Commands on the input, one a line: `suspend ADDRESS`, `restore ADDRESS`, `delete ADDRESS`, `leave ADDRESS GROUP`,
    `join ADDRESS GROUP`. Each is published: it is logged, and watchers are told.
    """
    directory = make_directory(people, groups, domain, seed)
    with DirectoryApi(directory, port=port) as api:
        api.write_key_file(key_out)
        addresses = [api.group_address(key) for key in directory.groups]
        line = {
            "event": "ready",
            "url": api.url,
            "token_uri": api.token_uri,
            "actor": api.actor,
            "groups": addresses,
            "key_file": str(key_out),
        }
        click.echo(json.dumps(line))
        try:
            for command in sys.stdin:
                click.echo(json.dumps({"did": obey(api, command.split()), "notices": api.publish()}))
            if not sys.stdin.isatty():
                threading.Event().wait()
        except KeyboardInterrupt:
            pass


def make_directory(people: int, groups: int, domain: str, seed: int) -> Directory:
    """A directory in which each person is in one of the groups, in turn."""
    directory = Directory(seed, domain)
    formed = [directory.form_group(f"Team {number}") for number in range(1, groups + 1)]
    for number, person in enumerate(directory.hire_many(people)):
        if formed:
            directory.join(person, formed[number % groups])
    return directory


def obey(api: DirectoryApi, words: list[str]) -> str:
    """Do what a line of the input says; says what was done, or what could not be."""
    directory = api.directory
    people = {person.address: person for person in directory.people.values()}
    groups = {api.group_address(key): group for key, group in directory.groups.items()}
    match words:
        case ["suspend", address] if address in people:
            directory.disable(people[address])
        case ["restore", address] if address in people:
            directory.enable(people[address])
        case ["delete", address] if address in people:
            directory.delete(people[address])
        case ["leave", address, group] if address in people and group in groups:
            directory.leave(people[address], groups[group])
        case ["join", address, group] if address in people and group in groups:
            directory.join(people[address], groups[group])
        case _:
            return "nothing: " + " ".join(words)
    return " ".join(words)


if __name__ == "__main__":
    main()
