"""`python -m bridge_ref` runs the same commands as `bridge-ref`."""

from bridge_ref.cli.main import main

if __name__ == "__main__":
    main()
