"""Mail delivery: take messages from the outbox, render them, hand them to a mail server, retry."""
