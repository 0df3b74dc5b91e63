"""The bridge under test: options, address or process, transport, account probe, and the drivers that send requests."""
