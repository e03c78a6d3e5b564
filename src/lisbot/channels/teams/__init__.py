"""Teams: botbuilder's model and ActivityHandler over our own adapter. No botbuilder type leaves this folder."""
