"""Who else gets what of a body, and who else may meet in it."""
