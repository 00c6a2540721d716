"""Random sequences of changes, compared with a model."""
