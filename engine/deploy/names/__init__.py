"""Which variables exist where in the processes of all folders, and what is asked for that nobody writes.

`house` is a folder as it is looked at, `scopes` the one model of who writes what, `values` what variables can be,
`unwritten` and `impossible` the rules on it.
"""
