"""What the bridge answers over HTTP: SCIM, its state, metrics, the probe, Google's notices and the pages."""
