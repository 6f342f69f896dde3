from kapok.kernel.common.apps import KapokApp


class RegionsConfig(KapokApp):
    name = "kapok.kernel.regions"
    label = "regions"
