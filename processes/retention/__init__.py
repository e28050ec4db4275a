"""What is deleted for good: finished cases after a time, and what is known of a person in one."""
