"""Locust users that load a bridge with the conversations of the stories; run only in a process of locust's."""
