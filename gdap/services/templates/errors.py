from partnercenter.errors import DomainError, NotFound, Problem


class TemplateError(DomainError):
    """The template can't be like that."""


class TemplateConflict(TemplateError):
    """Another one has the name, or somebody was faster."""

    status = 409


def not_found() -> NotFound:
    return NotFound(Problem(code="template_not_found", message="There is no such template."))
