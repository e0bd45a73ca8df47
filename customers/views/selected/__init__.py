"""What is done to the users that are ticked on a list: a page that says what will happen, then each by itself."""
