"""GDAP in Microsoft Graph (graph_gdap_contract sections 2 to 9)."""
