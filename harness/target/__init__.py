"""The bridge under test: how a run reaches it, what it is asked to do with it, and who sends the requests of a plan."""
