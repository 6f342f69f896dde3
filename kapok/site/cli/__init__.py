"""The command line: `kapok <app> <verb>`."""
