"""The way from mail to ledger: one short file per function."""
