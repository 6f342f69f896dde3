"""A version under a quality pack."""

from kapok.services.items.data import CompiledItem
from kapok.services.items.rules import quality_checks
from kapok.services.items.rules.quality import Finding, Pack, Report


def judge(item: CompiledItem, pack: Pack) -> Report:
    """Every finding of the pack on an item."""
    findings: list[Finding] = []
    lost = 0
    for rule in pack.rules:
        found = [
            Finding(rule.id, rule.severity, path, rule.title, what)
            for path, what in quality_checks.checks.get(rule.check)(item, rule.params)
        ]
        lost += rule.points if found else 0
        findings += found
    blocked = any(f.blocks for f in findings)
    return Report(pack.version, 0 if blocked else max(0, 100 - lost), tuple(findings))
