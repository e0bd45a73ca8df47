"""Manage licenses for many users: whom, what, a preview, and what came of it (portal_screens section 10)."""
