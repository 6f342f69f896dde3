"""The catalogue on the workbench."""

from django.urls import path
from django.views.decorators.http import require_POST

from kapok.services.items.web import pages, pages_levels, pages_review, pages_tree, pages_version

clerk = [
    path("", pages.show_list, name="list"),
    path("find/", pages.find, name="find"),
    path("tree/", pages_tree.show_tree, name="tree"),
    path("base/<str:base_code>/", pages_tree.show_base, name="base"),
    path("levels/", pages_levels.show_levels, name="levels"),
    path("inbox/", pages_review.inbox, name="inbox"),
    path("new/", pages.new_item, name="new"),
    path("versions/<uuid:version_id>/", pages_version.show_version, name="version"),
    path("versions/<uuid:version_id>/edit/<str:section>/", pages_version.edit, name="edit"),
    path("versions/<uuid:version_id>/diff/", pages_version.differences, name="diff"),
    path("versions/<uuid:version_id>/submit/", require_POST(pages_version.hand_in), name="submit"),
    path("versions/<uuid:version_id>/withdraw/", require_POST(pages_version.withdraw), name="withdraw"),
    path("versions/<uuid:version_id>/delete/", require_POST(pages_version.discard), name="delete"),
    path("versions/<uuid:version_id>/publish/", pages_version.show_publish, name="publish"),
    path("versions/<uuid:version_id>/review/", pages_review.desk, name="review"),
    path("versions/<uuid:version_id>/remark/", require_POST(pages_review.remark), name="remark"),
    path("versions/<uuid:version_id>/remark/<uuid:comment_id>/settle/", require_POST(pages_review.settle_remark), name="settle"),
    path("item/<str:impl_code>/", pages.show_item, name="item"),
    path("item/<str:impl_code>/draft/", require_POST(pages.new_draft), name="draft"),
    path("item/<str:impl_code>/cancel/", pages.cancel, name="cancel"),
]
