"""Normalisers shared by every pipeline: one pure module a kind of value."""
