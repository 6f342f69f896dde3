"""The door of `kernel.tasks`."""

from kapok.kernel.tasks.actions import Source, close_tasks, open_task, release_task, take_task
from kapok.kernel.tasks.data import Owner, Queue
from kapok.kernel.tasks.errors import TaskTaken
from kapok.kernel.tasks.events import TaskOpened, TasksClosed, TaskTakenUp
from kapok.kernel.tasks.keeping import Keeping, keep_tasks_of, move_dues
from kapok.kernel.tasks.models import Task
from kapok.kernel.tasks.queries import count_tasks, my_tasks, task_for, visible

__all__ = [
    "Keeping",
    "Owner",
    "Queue",
    "Source",
    "Task",
    "TaskOpened",
    "TaskTaken",
    "TaskTakenUp",
    "TasksClosed",
    "close_tasks",
    "count_tasks",
    "keep_tasks_of",
    "move_dues",
    "my_tasks",
    "open_task",
    "release_task",
    "take_task",
    "task_for",
    "visible",
]
