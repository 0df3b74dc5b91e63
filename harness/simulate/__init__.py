"""An identity provider against a bridge, cycle after cycle: churn, scripts, state files, a comparison at the end."""
