"""scim2-models as an oracle: the same filters and PATCHes over the same resources, on both sides."""
