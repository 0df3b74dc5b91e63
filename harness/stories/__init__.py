"""The objects that stories use: the run, a driven identity provider, the account, a client, and expectations."""
