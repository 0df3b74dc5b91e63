"""Reports: what a run's verdicts say, written for people and for machines."""
