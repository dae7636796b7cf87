"""The payment export: from a stream of XML bytes to rows ready for COPY."""
