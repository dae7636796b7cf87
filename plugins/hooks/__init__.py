"""The outside: one hook a vendor, and the warehouse."""
