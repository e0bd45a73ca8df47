"""The only writers of security groups, admin relationships, access assignments and grants."""
