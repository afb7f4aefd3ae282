// A private CA of the test's own, and what it signs.

#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace dataaction {

struct FreeOpenSsl {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* connection) const { SSL_free(connection); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, FreeOpenSsl>;
using CertificatePtr = std::unique_ptr<X509, FreeOpenSsl>;
using TlsContext = std::unique_ptr<SSL_CTX, FreeOpenSsl>;

class TestAuthority {
 public:
  TestAuthority();

  std::string certificate_pem() const;  // for a ca_file

  // Of a server whose certificate is for `name`: "DNS:localhost", "IP:127.0.0.1".
  TlsContext server(const std::string& name) const;

  // The same as PEM: key, then certificate.
  std::string server_pem(const std::string& name) const;

 private:
  KeyPtr key_;
  CertificatePtr certificate_;
};

}  // namespace dataaction
