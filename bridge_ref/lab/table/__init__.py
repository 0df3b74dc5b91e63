"""Defects as tables: each a sentence, the rows that it breaks, and a small function over what passes the door."""
