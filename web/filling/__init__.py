"""What a browser sends for a form, and the gate that every answer passes."""
