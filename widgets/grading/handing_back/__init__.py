"""What is handed back: a page for each submission, and sheets for the teacher."""
