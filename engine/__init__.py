"""Who keeps it going: deploys diagrams, runs instances, remembers them. No HTTP, no HTML, no complaints."""
