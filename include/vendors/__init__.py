"""What all vendors' APIs have in common, as far as it needs no network."""
