"""Data maps, parsets, logging and node scripts, under the names that scripts import."""
