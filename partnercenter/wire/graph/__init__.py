"""The dialect of Microsoft Graph (graph_gdap_contract section 14)."""
