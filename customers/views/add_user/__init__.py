"""User info -> Permissions -> Assign licenses -> Review -> Complete, for somebody who is not there yet."""
