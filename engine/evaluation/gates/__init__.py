"""The gates, one module each: `answer(situation)` says what the gate's policies make of the request.

Their order is in `engine.evaluation.evaluate`.
"""
