"""Secrets of a bridge: tokens and what they open, and the session file that goes with one of them."""
