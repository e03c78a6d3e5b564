"""Reminders: what people have not answered and what a secretariat has to do, told when its time comes."""
