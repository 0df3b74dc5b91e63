"""Tokens, their grants, and the session file."""
