"""The node's own public-key infrastructure: two roots, the authorities below them, and what they issue, revoke and publish."""
