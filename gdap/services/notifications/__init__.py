"""Mails to both sides about an admin relationship (portal_screens section 14.7).

A step writes its mails in its own transaction; what time alone brings is written by whoever looks first. Rows are
unique by their occasion, so nothing is written twice; a row stays until it is sent, so nothing is lost.
"""

from gdap.services.notifications.sending import send_waiting, waiting_count
from gdap.services.notifications.writing import note_due, write_due

__all__ = ["note_due", "send_waiting", "waiting_count", "write_due"]
