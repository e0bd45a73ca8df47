from partnercenter.audit.services.recording import NOBODYS, record, seal, shared_fields
from partnercenter.audit.services.removal import removal
from partnercenter.audit.services.retention import Pruned, prune

__all__ = ["NOBODYS", "Pruned", "prune", "record", "removal", "seal", "shared_fields"]
