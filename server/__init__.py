"""The site, the API and the command line over the engine and the knowledge base.

`server.service` joins the two and needs no Flask; `server.app` makes the Flask application; `server.run` serves it.
"""
