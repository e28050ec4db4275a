"""Does what is due: timers and jobs, and who works on them."""
