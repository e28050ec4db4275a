"""Letters to customers: templates that lie in the folders of the procedures, written once, sent once."""
