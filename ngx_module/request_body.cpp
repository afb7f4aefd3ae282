#include "ngx_module/ngx.h"

#include "ngx_module/request_body.h"

namespace dataaction {
namespace {

std::string_view bytes(const u_char* begin, size_t size) {
  return {reinterpret_cast<const char*>(begin), size};
}

bool copy_buffer(u_char*& out, ngx_buf_t* buf) {
  if (ngx_buf_in_memory(buf)) {
    out = ngx_cpymem(out, buf->pos, buf->last - buf->pos);
    return true;
  }
  // nginx ends some bodies (chunked ones, empty ones) with a buffer that holds nothing but
  // last_buf.
  if (!buf->in_file) return true;
  // Written a moment ago, so in the page cache; nginx's own handlers read it the same way.
  const auto size = static_cast<size_t>(buf->file_last - buf->file_pos);
  if (ngx_read_file(buf->file, out, size, buf->file_pos) != static_cast<ssize_t>(size))
    return false;
  out += size;
  return true;
}

}  // namespace

std::optional<std::string_view> request_body(ngx_http_request_t* r) {
  ngx_chain_t* const chain = r->request_body == nullptr ? nullptr : r->request_body->bufs;
  if (chain == nullptr) return std::string_view();
  if (chain->next == nullptr && ngx_buf_in_memory(chain->buf)) {
    return bytes(chain->buf->pos, static_cast<size_t>(chain->buf->last - chain->buf->pos));
  }
  off_t size = 0;
  for (const ngx_chain_t* link = chain; link != nullptr; link = link->next) {
    size += ngx_buf_size(link->buf);
  }
  auto* const memory = static_cast<u_char*>(ngx_pnalloc(r->pool, static_cast<size_t>(size) + 1));
  if (memory == nullptr) return std::nullopt;
  u_char* out = memory;
  for (const ngx_chain_t* link = chain; link != nullptr; link = link->next) {
    if (!copy_buffer(out, link->buf)) return std::nullopt;
  }
  return bytes(memory, static_cast<size_t>(size));
}

}  // namespace dataaction
