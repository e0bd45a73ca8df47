"""The partner's pages about admin relationships, security groups and templates, and who can do what."""
