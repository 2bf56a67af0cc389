"""`tapedeck site`: executed notebooks as a folder of pages that need no kernel, no server, and no network."""
