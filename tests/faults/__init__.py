"""Faults that take long to provoke: real processes, killed, frozen and robbed of their database; `make faults`."""
