"""Serving the site: the first process with the content, its workers, and requests as they arrive."""
