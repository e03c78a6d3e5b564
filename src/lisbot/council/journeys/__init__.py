"""A case's journey: who had it, as what, from when to when, and where it waits now; worked out from others' rows."""
