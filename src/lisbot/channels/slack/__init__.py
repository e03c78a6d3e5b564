"""Slack: the same councils, commands and cards."""
