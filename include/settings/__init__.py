"""Settings: one YAML file a pipeline, its pydantic models, and the JSON Schema made of them."""
