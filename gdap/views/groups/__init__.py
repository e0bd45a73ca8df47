"""Security groups of the partner."""
