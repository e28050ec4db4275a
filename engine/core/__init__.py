"""SpiffWorkflow, extended so that every diagram runs as BPMN 2.0.2 says. The only package that imports it."""
