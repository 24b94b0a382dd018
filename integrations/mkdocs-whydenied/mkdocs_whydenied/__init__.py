"""Articles of Why Denied in your own pages: an extension of Python-Markdown, and the MkDocs plugin on top of it.

Zensical and plain Python-Markdown take `mkdocs_whydenied.extension`, MkDocs the plugin `whydenied`; see README.md.
"""
