"""A card in Slack: the same card as Block Kit (`blocks`), and what comes back from its inputs (`inputs`)."""
