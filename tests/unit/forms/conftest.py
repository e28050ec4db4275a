"""Lets the tests in the rooms below find the forms that are filled in here."""
