"""The identity provider's side: the people of a company, their groups, and their assignments to applications."""
