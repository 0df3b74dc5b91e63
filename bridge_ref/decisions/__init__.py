"""Pure decisions: from a request or an action, and the rows that it asks for, to an answer and a change set."""
