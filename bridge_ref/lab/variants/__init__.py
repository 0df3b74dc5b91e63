"""Variants: correct bridges that choose otherwise than the reference bridge. Only `bridge-ref lab` loads them."""
