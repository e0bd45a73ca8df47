"""The customer's side: answering requests, and the partners that work for the organization."""
