"""The standard OData interface of 1C:Enterprise: literals, schema, errors, documents as rows (onec-odata)."""
