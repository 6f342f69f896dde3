"""Pages and middleware of access."""
