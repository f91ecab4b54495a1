"""What a class did: counted, and as text and as a page."""
