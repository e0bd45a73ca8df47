"""Templates of admin relationships."""
