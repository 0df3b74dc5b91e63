"""The entry point of `python -m loadtests.peers`."""

from loadtests.peers.command import main

if __name__ == "__main__":
    main()
