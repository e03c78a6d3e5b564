"""Teams: botbuilder's model and ActivityHandler over our own adapter. Its types stay in this folder."""
