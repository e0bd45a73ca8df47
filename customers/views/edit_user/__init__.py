"""User info -> Permissions -> Assign licenses -> Review -> Complete."""
