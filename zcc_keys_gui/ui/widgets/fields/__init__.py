"""Fields that users type or paste into, and what is wrong with their content."""
