"""The history of the tables, a revision a step. db.migrate runs it, tests/draft_migration.py drafts it."""
