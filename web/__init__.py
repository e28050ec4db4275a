"""How people reach it: translates HTTP to the engine, the forms and the processes; holds no rules."""
