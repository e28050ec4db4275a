"""From the files of a deployment to specs: read without trust, check, then build with SpiffWorkflow's parser."""
