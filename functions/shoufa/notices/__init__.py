"""Pure: what to say to whom."""
