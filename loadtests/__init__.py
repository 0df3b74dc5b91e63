"""Locust users that play the same conversations as the scenarios. Found by path, run only in a process of locust's."""
