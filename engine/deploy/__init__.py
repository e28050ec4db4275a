"""Deployments: files that became versions, and what they look like parsed."""
