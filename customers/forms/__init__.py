"""Forms about customers and their users: they parse and render; the services judge."""
