"""Killing processes of a working node: nothing acknowledged is lost, nothing is done twice (`make faults`)."""
