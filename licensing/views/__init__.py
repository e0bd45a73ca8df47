"""The portal's pages about what a customer owns."""
