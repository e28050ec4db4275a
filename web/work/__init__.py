"""My work: the list of tasks and what can be done with its rows."""
