"""Words of somebody else's in a council's own papers: between quotation marks, so that they are read as theirs."""


def quote(words: str) -> str:
    """Returns each line between quotation marks, and those within it as inner ones."""
    return "\n".join(f"«{inner(line)}»" if line.strip() else "" for line in words.split("\n"))


def inner(line: str) -> str:
    return line.strip().replace("«", "‘").replace("»", "’")
