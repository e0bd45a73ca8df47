"""What the API dialects share with no app: bodies, headers, paging, errors."""
