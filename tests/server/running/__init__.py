"""Commands under `whydenied run` beside the same commands without it."""
