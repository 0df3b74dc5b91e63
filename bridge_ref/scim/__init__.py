"""The SCIM vocabulary: filters, paths, patches, schemas, representations. No HTTP in here."""
