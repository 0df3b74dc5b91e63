"""Pure decisions: each takes a request or an action, asks for rows, and returns an answer and a change set."""
