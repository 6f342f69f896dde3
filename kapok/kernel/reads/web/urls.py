from django.urls import path

from kapok.kernel.reads.web import pages

citizen = [path("", pages.mine, name="mine")]
