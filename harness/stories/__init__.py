"""What stories hold while they are told: the run, a driven identity provider, the account, a client, expectations."""
