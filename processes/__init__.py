"""What happens: the procedures and what they share. One folder a procedure."""
