"""The site, the API and the command line over the engine and the knowledge base, in rooms.

`http` is what every answer passes through, `words` what things are called, `diagnosis` and `articles` make a diagnosis
and an article showable, `evaluation` and `wizard` hold what their forms know, `data` the one JSON. `pages`, `api`,
`embeds`, `mcp` and `cli` are the doors: they read what is sent, ask, and show. `service` joins engine and
knowledge base and needs no Flask; `app` makes the Flask application; `run` serves it.
"""
