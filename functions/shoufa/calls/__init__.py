"""Calls for projects as data: loading and checking definitions."""
