#include "ngx_module/ngx.h"

#include <openssl/evp.h>

#include <algorithm>

#include "ngx_module/conf_file.h"
#include "ngx_module/headers.h"
#include "ngx_module/key_ring.h"
#include "ngx_module/main_conf.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {
namespace {

constexpr size_t kMaxKeyFile = 16 << 20;

}  // namespace

const KeyRing* load_key_ring(ngx_conf_t* cf, const ngx_str_t& file, const std::string& header) {
  const std::string path = resolve_path(view(file), view(cf->cycle->conf_prefix));
  auto text = read_conf_file(path, kMaxKeyFile);
  if (!text) {
    conf_error(cf, {"cannot read the key file \"" + path + "\" " + text.error().reason(),
                    position_of(cf)});
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
