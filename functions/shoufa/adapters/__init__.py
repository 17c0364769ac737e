"""The outside world: boto3 and smtplib live here and in wiring.py only."""
