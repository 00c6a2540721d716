"""HTTP for the sign-in service: one call, limits for connections, and the server on this computer's addresses."""
