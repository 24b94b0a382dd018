"""Why Denied: why AWS said *access denied*, and the smallest change that fixes it."""
