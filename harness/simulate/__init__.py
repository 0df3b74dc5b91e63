"""Simulations: an identity provider provisions a bridge in cycles, with churn, scripts, state and a comparison."""
