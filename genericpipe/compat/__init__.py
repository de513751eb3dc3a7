"""The packages `lofar` and `lofarpipe` for unchanged scripts; this folder itself goes on their path."""
