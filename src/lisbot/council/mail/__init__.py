"""Mail: personal links to one action, addresses that say who answers what, and what arrives."""
