"""The only writers of the catalog, subscriptions, seats and license assignments."""
