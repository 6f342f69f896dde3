from kapok.kernel.common.apps import KapokApp


class OrgsConfig(KapokApp):
    name = "kapok.kernel.orgs"
    label = "orgs"
