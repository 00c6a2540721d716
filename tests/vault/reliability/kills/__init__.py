"""Programs that are killed while they change a vault."""
