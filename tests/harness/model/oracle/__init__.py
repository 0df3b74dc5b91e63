"""scim2-models as an oracle for the model: the same filters and PATCHes over the same resources, on both sides."""
