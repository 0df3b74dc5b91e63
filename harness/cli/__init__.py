"""The commands of `bridgecheck`."""
