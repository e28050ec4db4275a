"""Paper: PDF files typeset on the server, the same bytes for the same content, with their Chinese font inside."""
