#include "sidecar/platform/platform_check.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>
#include <system_error>

#include "sidecar/platform/secret_file.h"

namespace dataaction {

// OpenSSL's own reader, for it is the one that libcurl will use.
std::expected<void, std::string> check_ca_file(const std::string& path) {
  if (::access(path.c_str(), R_OK) != 0) {
    const int code = errno;
    return std::unexpected("cannot read the CA file \"" + path + "\" (" + std::to_string(code) +
                           ": " + std::generic_category().message(code) + ')');
  }
  const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(),
                                                                      &X509_STORE_free);
  const bool loaded = store && X509_STORE_load_file(store.get(), path.c_str()) == 1;
  ERR_clear_error();
  if (!loaded) return std::unexpected("no certificates in the CA file \"" + path + '"');
  return {};
}

std::expected<void, ConfigError> check_platforms(const Config& config) {
  for (const PlatformConfig& platform : config.platforms) {
    if (auto secret = read_secret(platform.client_secret_file); !secret) {
      return std::unexpected(
          ConfigError{std::move(secret.error()), platform.client_secret_file_at});
    }
    if (platform.ca_file.empty()) continue;
    if (auto checked = check_ca_file(platform.ca_file); !checked) {
      return std::unexpected(ConfigError{std::move(checked.error()), platform.ca_file_at});
    }
  }
  return {};
}

}  // namespace dataaction
