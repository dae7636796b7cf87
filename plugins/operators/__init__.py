"""Steps that several pipelines share."""
