#include "ngx_module/ngx.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <optional>

#include "ngx_module/headers.h"
#include "ngx_module/key_ring.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {
namespace {

// Nothing if the file cannot be read; errno says why. (std::ifstream throws for a directory.)
std::optional<std::string> read_file(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd == -1) return std::nullopt;
  std::string text;
  char piece[4096];
  ssize_t size;
  while ((size = read(fd, piece, sizeof(piece))) > 0) {
    text.append(piece, static_cast<size_t>(size));
  }
  const int error = errno;
  close(fd);
  errno = error;
  if (size < 0) return std::nullopt;
  return text;
}

}  // namespace

const KeyRing* load_key_ring(ngx_conf_t* cf, const ngx_str_t& file, const std::string& header) {
  const std::string path = resolve_path(view(file), view(cf->cycle->conf_prefix));
  auto text = read_file(path);
  if (!text) {
    ngx_conf_log_error(NGX_LOG_EMERG, cf, ngx_errno, "cannot read the key file \"%s\"",
                       path.c_str());
    return nullptr;
  }
  auto keys = read_key_file(*text);
  ngx_explicit_memzero(text->data(), text->size());
  if (!keys) {
    const std::string mistake = describe({keys.error().what, {path, keys.error().line}});
    conf_error(cf, {"bad key file: " + mistake, position_of(cf)});
    return nullptr;
  }
  auto* ring = make_in_pool<KeyRing>(cf->pool);
  if (ring == nullptr) return nullptr;
  ring->keys = std::move(*keys);
  ring->header = header;
  std::ranges::transform(ring->header, ring->header.begin(),
                         [](unsigned char c) { return ngx_tolower(c); });
  return ring;
}

const ApiKey* presented_key(ngx_http_request_t* r, const KeyRing& ring) {
  const std::string_view key = request_header(r, ring.header);
  KeyDigest digest{};
  if (EVP_Digest(key.data(), key.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1) {
    return nullptr;
  }
  return find_key(ring.keys, digest);
}

}  // namespace dataaction
