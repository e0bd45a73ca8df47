from partnercenter.errors import DomainError


class LicensingError(DomainError):
    """The licensing rules refuse the request; each problem's code is a `LicenseErrorCode`."""
