"""Runs the oracle with any number of cases: `python -m tests.harness.model.oracle --cases 20000 --seed 11`."""

import sys

import click

from tests.harness.model.oracle.asking import Tally, ask_filters, ask_grammar, ask_patches


@click.command()
@click.option(
    "--cases", default=20_000, show_default=True, help="Filters to ask, and as many garbled ones and PATCHes."
)
@click.option("--seed", default=11, show_default=True, help="What the cases are drawn from.")
@click.option("--show", default=20, show_default=True, help="How many disagreements to print.")
def main(cases: int, seed: int, show: int) -> None:
    """Compare the model with scim2-models; ends with 1 if they disagree untriaged."""
    tally = Tally()
    found = [each for ask in (ask_grammar, ask_filters, ask_patches) for each in ask(seed, cases, tally)]
    for disagreement in found[:show]:
        print(disagreement.render())
    print(f"seed {seed}, {cases} cases of each kind: {len(found)} disagreements beyond those of decision 17")
    print(tally.render())
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
