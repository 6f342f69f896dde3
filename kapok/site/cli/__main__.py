"""`python -m kapok.site.cli`: the same as `kapok`, where it is not installed."""

from kapok.site.cli.main import main

main()
