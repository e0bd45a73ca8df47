"""What every test may rely on; tests/README.md tells it in prose."""
