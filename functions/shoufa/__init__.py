"""Shoufa 收发室: files the mail of a call for projects, reads it, judges it and keeps the ledger."""
