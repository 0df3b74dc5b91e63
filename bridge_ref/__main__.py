"""`python -m bridge_ref`: the same commands as the console script."""

from bridge_ref.cli.main import main

if __name__ == "__main__":
    main()
