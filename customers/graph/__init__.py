"""A customer's directory in Microsoft Graph, with a token for its tenant (graph_gdap_contract sections 11 and 13)."""
