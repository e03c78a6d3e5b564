"""lisbot: the councils' secretary in Teams, in the browser and on the command line."""
