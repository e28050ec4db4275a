"""What lists, pages and administrators read: tasks, instances, the history."""
