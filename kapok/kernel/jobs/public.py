"""Background work: jobs, timers and the worker's rounds."""

from kapok.kernel.jobs.actions import retry_job, set_job_aside
from kapok.kernel.jobs.background import Job, job
from kapok.kernel.jobs.errors import JobInDecision, NoSuchJob
from kapok.kernel.jobs.models import Timer
from kapok.kernel.jobs.queries import failed_jobs
from kapok.kernel.jobs.timers import cancel_timer, fire_due, set_timer, timer_handler
from kapok.kernel.jobs.worker import drain, relay_once, run_worker
from kapok.kernel.jobs.working import run_jobs

__all__ = [
    "Job", "JobInDecision", "NoSuchJob", "Timer", "cancel_timer", "drain", "failed_jobs", "fire_due", "job", "relay_once",
    "retry_job", "run_jobs", "run_worker", "set_job_aside", "set_timer", "timer_handler",
]  # fmt: skip
