"""The use cases: what a person does with API keys. No Qt, no SQL."""
