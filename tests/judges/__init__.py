"""Programs made by others that judge our own: OpenSSL's command, BouncyCastle in Java. Any test may ask them."""
