"""Reads about admin relationships, security groups and templates that several pages need."""
