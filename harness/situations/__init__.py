"""Situations: small scripted cases, generated over what a bridge declares; they send, and judge nothing."""
