"""The portal serves the root."""

from django.urls import path

from kapok.services.portal.web import applying, browsing, mine

prefixes = {"citizen": ""}
citizen = [
    path("", browsing.home, name="home"),
    path("search/", browsing.search, name="search"),
    path("persons/", browsing.persons, name="persons"),
    path("companies/", browsing.companies, name="companies"),
    path("agencies/", browsing.agencies, name="agencies"),
    path("themes/", browsing.themes, name="themes"),
    path("regions/", browsing.regions, name="regions"),
    path("regions/<str:code>/", browsing.regions, name="region"),
    path("regions/<str:code>/choose/", browsing.choose_region, name="choose-region"),
    path("portal/guide/<str:impl_code>", browsing.guide, name="guide"),
    path("apply/<str:impl_code>/", applying.begin, name="begin"),
    path("drafts/<uuid:draft_id>/<str:step>/", applying.draft, name="draft"),
    path("mine/", mine.overview, name="mine"),
    path("mine/cases/<uuid:case_id>/", mine.case, name="case"),
    path("mine/cases/<uuid:case_id>/receipt/", mine.receipt, name="receipt"),
    path("mine/cases/<uuid:case_id>/correct/", mine.correct, name="correct"),
    path("mine/cases/<uuid:case_id>/withdraw/", mine.withdraw, name="withdraw"),
]
