"""Runs the oracle with any number of cases: `python -m tests.bridge_ref.oracle --cases 10000 --seed 7`."""

import sys

import click

from tests.bridge_ref.oracle.asking import ask_filters, ask_patches


@click.command()
@click.option("--cases", default=10_000, show_default=True, help="Filters to ask, and as many PATCHes.")
@click.option("--seed", default=7, show_default=True, help="What the cases are drawn from.")
@click.option("--show", default=20, show_default=True, help="How many disagreements to print.")
def main(cases: int, seed: int, show: int) -> None:
    """Compare the reference bridge with scim2-models; ends with 1 if they disagree untriaged."""
    found = [*ask_filters(seed, cases), *ask_patches(seed, cases)]
    for disagreement in found[:show]:
        print(disagreement.render())
    print(f"seed {seed}: {cases} filters and {cases} PATCHes, {len(found)} disagreements beyond those of decision 7")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
