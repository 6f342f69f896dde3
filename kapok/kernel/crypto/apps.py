from kapok.kernel.common.apps import KapokApp


class CryptoConfig(KapokApp):
    name = "kapok.kernel.crypto"
    label = "crypto"
    verbose_name = "密钥与加密"
