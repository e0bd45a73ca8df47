"""Licenses in Microsoft Graph (graph_gdap_contract section 12)."""
