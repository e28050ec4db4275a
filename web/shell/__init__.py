"""What every page has around it, and what pages are made of."""
