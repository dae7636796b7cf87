"""How fast an import is, as a ratio to what libxml2 and COPY alone need for the same file."""
