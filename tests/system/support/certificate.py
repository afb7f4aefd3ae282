"""TLS made at test time: a key and a certificate that nobody trusts."""

import subprocess


def make_certificate(directory):
    """Makes them once a directory, and returns the lines for a server { }."""
    key, certificate = directory / "tls.key", directory / "tls.crt"
    if not certificate.exists():
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                        "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
                       check=True, capture_output=True)
    return f"ssl_certificate {certificate};\nssl_certificate_key {key};\n"
