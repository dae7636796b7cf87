"""Orders of 1C as deals of Calltouch: which to send, what to send, and where their leads came from."""
