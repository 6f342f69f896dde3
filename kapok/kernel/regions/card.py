"""What regions give the frame of the product: their timer."""

from kapok.kernel.regions import jobs  # noqa: F401 - registers the timer's handler
