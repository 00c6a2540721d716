"""Tables, and models that load only the rows around those on the screen."""
