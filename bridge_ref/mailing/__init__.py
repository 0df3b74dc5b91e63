"""From the outbox to a mail server: what a mail looks like, how it is handed over, and when it is tried again."""
