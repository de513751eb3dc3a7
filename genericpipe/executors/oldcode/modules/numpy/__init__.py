"""Parts of numpy that are gone."""
