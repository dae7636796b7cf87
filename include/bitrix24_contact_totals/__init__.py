"""Won deals of a portal: whose share of them is what, and which years they count for."""
