from partnercenter.audit.models.chain import AuditChain, AuditSeal
from partnercenter.audit.models.record import AppendOnly, AuditRecord, Operation, ResourceType

__all__ = [
    "AppendOnly",
    "AuditChain",
    "AuditRecord",
    "AuditSeal",
    "Operation",
    "ResourceType",
]
