"""Pure rules: what a submission holds and what it lacks."""
