"""How the expression language works inside; engine.expressions is its door."""
