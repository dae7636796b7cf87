"""The steps of the pipelines as functions over a warehouse session: for tasks, tests and the benchmark."""
