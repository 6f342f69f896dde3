"""What can be wrong with a background job."""

from django.utils.translation import gettext_lazy as _

from kapok.kernel.common.errors import KapokError


class JobInDecision(KapokError):
    """A job was put while an action decides: it would be done for a deed that may yet be undone. Follow the event instead."""

    code, status, fields = "jobs.in_decision", 500, ("job", "action")
    says = _("操作“{action}”尚未完成，不能登记后台作业“{job}”。")


class NoSuchJob(KapokError):
    """The job is not among the failed ones: run again already, or set aside by somebody else."""

    code, status, fields = "jobs.no_such_job", 404, ("job",)
    says = _("没有编号为 {job} 的失败作业，可能已经重新运行。")
