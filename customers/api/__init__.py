"""Customers, their users and roles in the Partner Center v1 API (partner_center_contract parts 2 to 4)."""
