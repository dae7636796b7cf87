"""What KeepinCRM answers and takes, as values: materials, categories, custom fields, capabilities."""
