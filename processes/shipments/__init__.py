"""What was delivered to whom: a list that the installation imports, or whatever a company asks instead."""
