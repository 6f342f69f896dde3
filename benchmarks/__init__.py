"""What the node carries, beside the floor of the machine it runs on."""
