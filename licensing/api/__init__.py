"""Licenses and subscriptions in the Partner Center v1 API (partner_center_contract parts 5 and 6)."""
