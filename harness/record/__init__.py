"""The record of a run: exchanges as they crossed the wire, messages, pages, and the journal."""
