from django.urls import path

from kapok.kernel.notices.web import pages

prefixes = {"ops": "ops/sms/"}
citizen = [
    path("", pages.show_inbox, name="inbox"),
    path("read", pages.read_all, name="read_all"),
    path("preferences", pages.preferences, name="preferences"),
    path("<uuid:notice_id>", pages.open_message, name="message"),
]
ops = [path("", pages.sms, name="sms")]
