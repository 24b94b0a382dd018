"""The pages: one module for each group of them, each a blueprint. `words.py` has what several say."""
