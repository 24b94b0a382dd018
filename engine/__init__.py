"""The engine: messages to facts, facts to causes, policies to decisions.

It knows nothing of articles, pages or HTTP. What it needs of the knowledge base (patterns, rules,
questions) comes in as plain data and goes out as string ids.
"""
