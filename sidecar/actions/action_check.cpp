#include "sidecar/actions/action_check.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "core/config/action_check.h"
#include "sidecar/platform/platform_check.h"
#include "sidecar/platform/secret_file.h"
#include "sidecar/runtime/disk_file.h"

namespace dataaction {
namespace {

std::unexpected<ConfigError> failure(std::string message, const Position& at) {
  return std::unexpected(ConfigError{std::move(message), at});
}

std::expected<void, ConfigError> check_secret(const std::string& file, const Position& at) {
  if (auto secret = read_secret(file); !secret) return failure(std::move(secret.error()), at);
  return {};
}

// By OpenSSL's own readers, as libcurl will use them.
std::expected<void, ConfigError> check_certificate(const ClientCertificate& certificate) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_client_method()),
                                                                  &SSL_CTX_free);
  std::string wrong;
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.file.c_str()) != 1) {
    wrong = "no certificate can be read from \"" + certificate.file + '"';
  } else if (SSL_CTX_use_PrivateKey_file(context.get(), certificate.key_file.c_str(),
                                         SSL_FILETYPE_PEM) != 1) {
    wrong = "no key of the certificate can be read from \"" + certificate.key_file + '"';
  }
  ERR_clear_error();
  if (wrong.empty()) return {};
  return failure(std::move(wrong), certificate.at);
}

std::expected<void, ConfigError> check_credentials(const ActionConfig& action) {
  for (const SecretHeader& header : action.secret_headers) {
    if (auto checked = check_secret(header.file, header.at); !checked) return checked;
  }
  if (action.basic) {
    auto checked = check_secret(action.basic->password_file, action.basic->at);
    if (!checked) return checked;
  }
  if (action.oauth_at) {
    auto checked = check_secret(action.upstream.client_secret_file, *action.oauth_at);
    if (!checked) return checked;
  }
  if (!action.upstream.ca_file.empty()) {
    if (auto checked = check_ca_file(action.upstream.ca_file); !checked) {
      return failure(std::move(checked.error()), action.upstream.ca_file_at);
    }
  }
  return action.certificate ? check_certificate(*action.certificate)
                            : std::expected<void, ConfigError>();
}

}  // namespace

std::expected<std::vector<Contract>, ConfigError> check_actions(Config& config) {
  std::vector<Contract> contracts;
  for (ActionConfig& action : config.actions) {
    auto text = read_disk_file(action.contract_file, kMaxContract);
    if (!text) return failure(std::move(text.error()), action.contract_at);
    auto contract = read_contract(*text, action.contract_file, action);
    if (!contract) return std::unexpected(std::move(contract.error()));
    if (auto checked = check_credentials(action); !checked) {
      return std::unexpected(std::move(checked.error()));
    }
    contracts.push_back(std::move(*contract));
  }
  return contracts;
}

}  // namespace dataaction
