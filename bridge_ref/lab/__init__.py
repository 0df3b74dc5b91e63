"""The lab: reference bridges with one defect each. Only `bridge-ref lab` loads it."""
