"""The log: one line per command that changed something, chained by keyed hashes.

write    a line, in the command's own transaction
link     committed lines into the chain, off the commit's path on PostgreSQL
verify   that nothing was altered, removed or put in
show     the history of a meeting, case, seat or person, for those who may read it
"""
