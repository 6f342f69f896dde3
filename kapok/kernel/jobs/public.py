"""Background work: timers and the worker's rounds."""

from kapok.kernel.jobs.models import Timer
from kapok.kernel.jobs.timers import cancel_timer, fire_due, set_timer, timer_handler
from kapok.kernel.jobs.worker import drain, relay_once, run_worker

__all__ = ["Timer", "cancel_timer", "drain", "fire_due", "relay_once", "run_worker", "set_timer", "timer_handler"]
