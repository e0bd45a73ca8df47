"""The dialect of the Partner Center v1 API (partner_center_contract parts 1 and 12)."""
