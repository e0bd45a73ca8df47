"""Upload users: the file, the rows to mend, the run, the result."""
