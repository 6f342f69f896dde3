"""The demonstration: real agencies and items, synthetic people, a quarter of history, and the story `make demo` plays."""
