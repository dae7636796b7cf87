"""The steps of the pipelines as functions over a warehouse session: what tasks call, and tests and the benchmark too."""
