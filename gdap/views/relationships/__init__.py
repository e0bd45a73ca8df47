"""Admin relationships of one customer."""
