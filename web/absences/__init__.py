"""Who does whose work while somebody is away."""
