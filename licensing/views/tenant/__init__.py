"""The customer's side: the products it owns, the seats, and who of its users has them."""
