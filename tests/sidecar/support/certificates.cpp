#include "tests/sidecar/support/certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdlib>

namespace dataaction {

namespace {

constexpr long kHour = 3600;

void check(bool done) {
  if (!done) std::abort();
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  check(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

CertificatePtr certificate_of(EVP_PKEY* key, const char* common_name, long serial) {
  CertificatePtr certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kHour);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  return certificate;
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<size_t>(size)};
}

struct Leaf {
  KeyPtr key;
  CertificatePtr certificate;
};

Leaf leaf_for(const std::string& name, EVP_PKEY* ca_key, X509* ca) {
  Leaf leaf{KeyPtr(EVP_EC_gen("P-256")), nullptr};
  leaf.certificate = certificate_of(leaf.key.get(), "test server", 2);
  X509_set_issuer_name(leaf.certificate.get(), X509_get_subject_name(ca));
  add_extension(leaf.certificate.get(), ca, NID_subject_alt_name, name);
  check(X509_sign(leaf.certificate.get(), ca_key, EVP_sha256()) > 0);
  return leaf;
}

}  // namespace

TestAuthority::TestAuthority() : key_(EVP_EC_gen("P-256")) {
  certificate_ = certificate_of(key_.get(), "test CA", 1);
  X509* self = certificate_.get();
  X509_set_issuer_name(self, X509_get_subject_name(self));
  add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE");
  add_extension(self, self, NID_subject_key_identifier, "hash");
  check(X509_sign(self, key_.get(), EVP_sha256()) > 0);
}

std::string TestAuthority::certificate_pem() const {
  const std::unique_ptr<BIO, FreeOpenSsl> memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(memory.get(), certificate_.get());
  return text_of(memory.get());
}

TlsContext TestAuthority::server(const std::string& name) const {
  const Leaf leaf = leaf_for(name, key_.get(), certificate_.get());
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  check(SSL_CTX_use_certificate(context.get(), leaf.certificate.get()) == 1);
  check(SSL_CTX_use_PrivateKey(context.get(), leaf.key.get()) == 1);
  return context;
}

std::string TestAuthority::server_pem(const std::string& name) const {
  const Leaf leaf = leaf_for(name, key_.get(), certificate_.get());
  const std::unique_ptr<BIO, FreeOpenSsl> memory(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(memory.get(), leaf.key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  PEM_write_bio_X509(memory.get(), leaf.certificate.get());
  return text_of(memory.get());
}

}  // namespace dataaction
