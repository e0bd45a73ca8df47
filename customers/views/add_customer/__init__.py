"""Account info -> Review -> Complete: a new customer, and the password of its first administrator."""
