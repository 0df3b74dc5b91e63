"""The SCIM vocabulary: filters, paths, patches, schemas, representations. It knows no HTTP."""
