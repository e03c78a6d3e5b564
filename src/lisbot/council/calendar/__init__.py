"""Calendars that people subscribe to: their own meetings, or a council's."""
