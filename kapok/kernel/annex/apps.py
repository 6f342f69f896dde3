from kapok.kernel.common.apps import KapokApp


class AnnexConfig(KapokApp):
    name = "kapok.kernel.annex"
    label = "annex"
