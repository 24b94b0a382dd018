"""A command run as if nobody stood between it and the user, while the end of what it prints is kept."""
