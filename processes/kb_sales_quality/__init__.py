"""The procedure for complaints about goods; the Python in here is for this procedure alone and is not deployed."""
