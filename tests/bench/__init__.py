"""What a step costs, beside plain SpiffWorkflow in the same run; `make bench`."""
