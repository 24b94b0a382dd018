"""The site as files, for any web server: pages as the application answers them, and a search in the browser."""
