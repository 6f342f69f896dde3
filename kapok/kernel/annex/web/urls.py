from django.urls import path

from kapok.kernel.access.public import guard
from kapok.kernel.annex.web import pages

ops = [
    path("", guard("annex.read")(pages.show_board), name="board"),
    path("board.csv", guard("annex.read")(pages.export_board), name="export"),
    path("rows/<int:number>/", guard("annex.read")(pages.show_row), name="row"),
    path("cities/<str:code>/", guard("annex.read")(pages.show_city), name="city"),
    path("rows/<int:number>/<str:code>/", guard("annex.read")(pages.show_square), name="square"),
    path("duties/<str:duty>/<str:code>/", guard("annex.evidence")(pages.show_evidence), name="evidence"),
    path("exemptions/", guard("annex.read")(pages.show_exemptions), name="exemptions"),
    path("exemptions/new/", guard("annex.exempt")(pages.add_exemption), name="exempt"),
    path("exemptions/<uuid:exemption_id>/end/", guard("annex.exempt")(pages.close_exemption), name="end_exemption"),
]
