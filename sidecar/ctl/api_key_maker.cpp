#include "sidecar/ctl/api_key_maker.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>

#include "core/base/base64url.h"
#include "core/webhook/api_key.h"

namespace dataaction {

std::expected<NewApiKey, std::string> make_api_key(const std::string& label) {
  std::array<unsigned char, 32> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) {
    return std::unexpected("OpenSSL has no random numbers");
  }
  NewApiKey made;
  made.key = base64url_encode({reinterpret_cast<const char*>(random.data()), random.size()});

  KeyDigest digest{};
  if (EVP_Digest(made.key.data(), made.key.size(), digest.data(), nullptr, EVP_sha256(), nullptr) !=
      1) {
    return std::unexpected("OpenSSL has no SHA-256");
  }
  for (const uint8_t byte : digest) made.line += fmt::format("{:02x}", byte);
  made.line += ' ' + label;

  const auto read = read_key_file(made.line);
  if (!read) return std::unexpected("label \"" + label + "\": " + read.error().what);
  if (read->size() != 1 || read->front().label != label) {
    return std::unexpected("label \"" + label + "\" does not fit into one line of a key file");
  }
  return made;
}

}  // namespace dataaction
