"""One license change for many users.

draft_run, preview_run, submit_run     whom and what; what it would do; let it begin
work_on, abandoned_runs                do it, chunk by chunk, from whatever process
cancel_run, resume_run                 stop, and go on
retry_failed, undo_run                 drafts that follow from a run
"""

from licensing.services.bulk.errors import BulkError, PreviewOutdated
from licensing.services.bulk.preview import Group, Need, Preview, blocked_holders
from licensing.services.bulk.runs import (
    cancel_run,
    draft_run,
    preview_run,
    redraft,
    resume_run,
    retry_failed,
    runs_visible_to,
    submit_run,
    undo_run,
    visible_run,
)
from licensing.services.bulk.selection import Selection, selected_users
from licensing.services.bulk.work import abandoned_runs, work_on

__all__ = [
    "BulkError",
    "Group",
    "Need",
    "Preview",
    "PreviewOutdated",
    "Selection",
    "abandoned_runs",
    "blocked_holders",
    "cancel_run",
    "draft_run",
    "preview_run",
    "redraft",
    "resume_run",
    "retry_failed",
    "runs_visible_to",
    "selected_users",
    "submit_run",
    "undo_run",
    "visible_run",
    "work_on",
]
