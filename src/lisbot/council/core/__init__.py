"""What every subject of a council builds on: who acts, who may, what was typed, what holds on a day."""
