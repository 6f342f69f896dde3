"""Addresses: clerks under /work/seals/, operators under /ops/seals/, everybody's verification under /verify/."""

from django.urls import path

from kapok.support.seals.web import pages_imports, pages_pki, pages_seals, pages_stamp, pages_steps, pages_tasks, pages_uses
from kapok.support.seals.web.verify import urls as verify_urls

prefixes = {"verify": "verify/"}
clerk = [
    path("", pages_seals.seals, name="list"),
    path("new/", pages_seals.apply, name="apply"),
    path("stamp/", pages_stamp.begin, name="stamp"),
    path("stamp/<uuid:draft_id>/", pages_stamp.draft, name="draft"),
    path("stamp/<uuid:draft_id>/pages/<int:number>/", pages_stamp.draft_page, name="draft-page"),
    path("uses/", pages_uses.uses, name="uses"),
    path("uses/export/", pages_uses.export, name="export"),
    path("uses/<uuid:use_id>/", pages_uses.use, name="use"),
    path("uses/<uuid:use_id>/file/", pages_uses.use_file, name="use-file"),
    path("uses/<uuid:use_id>/pages/<int:number>/", pages_uses.use_page, name="use-page"),
    path("queue/", pages_uses.queue, name="queue"),
    path("tasks/", pages_tasks.tasks, name="tasks"),
    path("tasks/new/", pages_tasks.new_task, name="new-task"),
    path("tasks/<uuid:task_id>/", pages_tasks.task, name="task"),
    path("imports/", pages_imports.imports, name="imports"),
    path("imports/<uuid:import_id>/", pages_imports.one, name="import"),
    path("<uuid:seal_id>/", pages_seals.seal, name="seal"),
    path("<uuid:seal_id>/picture/", pages_seals.picture, name="picture"),
    path("<uuid:seal_id>/preview/", pages_steps.preview, name="preview"),
    path("<uuid:seal_id>/files/<uuid:step_id>/", pages_seals.step_file, name="step-file"),
    path("<uuid:seal_id>/step/<str:key>/", pages_steps.step, name="step"),
    path("<uuid:seal_id>/bindings/", pages_steps.bindings, name="bindings"),
    path("<uuid:seal_id>/authorise/", pages_steps.authorise, name="authorise"),
    path("<uuid:seal_id>/users/<uuid:user_id>/end/", pages_steps.end_user, name="end-user"),
]
ops = [path("", pages_pki.certificates, name="pki")]
verify = verify_urls
