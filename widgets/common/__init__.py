"""Facts as live views: a thin Python class each, whose traits are the whole contract."""
