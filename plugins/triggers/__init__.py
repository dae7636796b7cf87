"""What wakes a deferred task."""
