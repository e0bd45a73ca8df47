"""What an error report may show: the line that failed and by which way, never a value that somebody sent."""

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter


class NothingSent(SafeExceptionReporterFilter):
    """For mails to admins, and for whatever else makes a report of an exception.

    Django hides what a view names as sensitive. Passwords, codes and tokens pass through forms, services and libraries,
    and each would have to be decorated; so nothing that was posted and no variable is shown at all.
    """

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request is not None else {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(request.COOKIES, self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        return dict[str, Any]().items()

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        """Without the query: a code of the token service comes in it."""
        return {**super().get_safe_request_meta(request), "QUERY_STRING": self.cleansed_substitute}


class Report(ExceptionReporter):
    """Django's, without the values of the query, which no filter of its own hides."""

    def get_traceback_data(self) -> dict[str, Any]:
        data: dict[str, Any] = super().get_traceback_data()
        if self.request is not None:
            hidden = SafeExceptionReporterFilter.cleansed_substitute
            data["request_GET_items"] = [(name, hidden) for name in self.request.GET]
            data["request_insecure_uri"] = self.request.path
        return data
