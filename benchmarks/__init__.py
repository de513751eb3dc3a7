"""Times and memory of whole processes, held against the budget in docs/explanation/design.md."""
