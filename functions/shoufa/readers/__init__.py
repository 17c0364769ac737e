"""Bytes to values; no AWS here, and every reader of untrusted bytes runs in a worker that can be killed."""
