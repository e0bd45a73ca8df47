"""The shell of the customer's own admin center under /tenant/: sign-in, session, menu. Its pages are views of the apps.

Nobody is on both sides: a customer's user has no account of a partner, and the two sessions share no cookie.
"""
