"""The portal's pages about customers and their users."""
