from django.urls import path

from kapok.kernel.documents.web import pages

citizen = [
    path("<uuid:document_id>.pdf", pages.download, name="download"),
    path("file/<str:token>", pages.by_link, name="by_link"),
]
clerk = [path("<uuid:document_id>.pdf", pages.download, name="download_at_work")]
