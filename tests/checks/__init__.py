"""Each check of the content notices what it is there to notice."""
