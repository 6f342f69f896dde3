"""Pages in a real browser: a server on the test's own transaction, chromium, axe, screenshots to look at."""
