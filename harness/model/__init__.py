"""The model: what is known of a bridge's resources, and what its answers may show. Pure, no I/O."""
