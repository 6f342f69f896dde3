"""Catalogues: English stands beside the sources, Traditional Chinese is made from them and never written."""

import pytest

from kapok.kernel.ui import messages

UI = next(app for app in messages.apps() if app.name == "ui")


def test_every_string_of_the_components_has_an_english_one():
    assert messages.missing(UI) == []


@pytest.mark.feature("07.14", part="简/繁 switch")
def test_traditional_chinese_is_made_from_the_source_strings():
    made = messages.traditional(UI)
    assert made.get("没有找到这个页面").string == "沒有找到這個頁面"


def test_blanks_survive_the_conversion():
    assert messages.traditional(UI).get("数据截至 %(time)s").string == "數據截至 %(time)s"


def test_updating_a_catalogue_keeps_translations_and_forgets_what_is_gone(tmp_path):
    (tmp_path / "pages.py").write_text('_("甲")\nngettext("%(n)s 件", "%(n)s 件", 2)\n')
    (tmp_path / "page.jinja").write_text("{{ _('乙') }}{% trans %}丙{% endtrans %}")
    assert messages.update(tmp_path) == 4
    path = messages.english_of(tmp_path)
    path.write_text(path.read_text().replace('msgid "乙"\nmsgstr ""', 'msgid "乙"\nmsgstr "B"'))
    (tmp_path / "pages.py").write_text("")
    assert messages.update(tmp_path) == 1
    assert messages.missing(tmp_path) == ["丙"]
    assert "甲" not in path.read_text()


def test_compiling_is_done_once(tmp_path):
    (tmp_path / "pages.py").write_text('_("繁体")\n')
    messages.update(tmp_path)
    assert messages.compile_app(tmp_path)
    assert not messages.compile_app(tmp_path)
