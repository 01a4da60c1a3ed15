"""The laboratory: units of work, their keys and records, claims, and what computes and verifies."""
