"""The description of the Partner Center API and its tokens, as OpenAPI and as a page to try it."""
