"""The encrypted local database and who may open it. No Qt."""
