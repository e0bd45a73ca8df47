"""Forms about admin relationships, groups and templates: they parse and render; the services judge."""
