"""One module per step of the data's way; each takes ports as arguments."""
