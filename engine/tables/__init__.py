"""How decision tables work inside; engine.decisions is their door."""
