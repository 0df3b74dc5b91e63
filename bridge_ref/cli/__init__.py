"""The command line of the reference bridge: `bridge-ref`."""
