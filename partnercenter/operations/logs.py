"""How a line of the log looks: as text for people, as JSON for machines; with the ids of its request in both."""

import logging
from datetime import UTC, datetime

from django.http import HttpRequest
from pythonjsonlogger.core import LogData
from pythonjsonlogger.orjson import OrjsonFormatter

from partnercenter import request_ids
from partnercenter.operations.answer import route_of


class IdsFilter(logging.Filter):
    """Puts the ids of the request at hand on each record."""

    def filter(self, record: logging.LogRecord) -> bool:
        ids = request_ids.current()
        record.request_id, record.correlation_id = ids.request_id, ids.correlation_id
        return True


class RouteFilter(logging.Filter):
    """What Django says about a request names its path, and paths name people or open links; the route does not."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            route = route_of(request)
            record.args = tuple(route if text == request.path else text for text in record.args)
        return True


class TextFormatter(logging.Formatter):
    def usesTime(self) -> bool:  # noqa: N802  logging's own name
        return True

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  as above
        request_id = getattr(record, "request_id", "")
        of_request = f" [{request_id}]" if request_id else ""
        return f"{record.asctime} {record.levelname} {record.name}{of_request}: {record.message}"


class JsonFormatter(OrjsonFormatter):
    """One object per line. What Django puts on its records, whole requests say, is left out."""

    def __init__(self) -> None:
        super().__init__(["levelname", "name", "message"], rename_fields={"levelname": "level", "name": "logger"})

    def add_fields(self, log_data: LogData, record: logging.LogRecord, message_dict: LogData) -> None:
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        super().add_fields(log_data, record, message_dict)
        for name in ("request", "server_time", "status_code", "color_message"):
            log_data.pop(name, None)
        for name in ("request_id", "correlation_id", "taskName"):
            if not log_data.get(name):
                log_data.pop(name, None)
