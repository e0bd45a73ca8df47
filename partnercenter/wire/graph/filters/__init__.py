"""`$filter`: from text to a tree, from the tree to a condition of the database."""

from partnercenter.wire.graph.filters.conditions import Fields, condition, is_advanced
from partnercenter.wire.graph.filters.parser import parse_filter

__all__ = ["Fields", "condition", "is_advanced", "parse_filter"]
