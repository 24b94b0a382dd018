"""The guided wizard: the few questions that are left, one a page, until the cause is clear.

`state` is what an address may hold; `steps` joins the engine's inquiry with the articles; `notes` is the hand-off note
in its forms; `tree_picture` draws the map.
"""
