#include "ngx_module/ngx.h"

#include "ngx_module/headers.h"
#include "ngx_module/ngx_support.h"

namespace dataaction {

std::string_view request_header(ngx_http_request_t* r, std::string_view lowcase_name) {
  for (ngx_list_part_t* part = &r->headers_in.headers.part; part != nullptr; part = part->next) {
    auto* const headers = static_cast<ngx_table_elt_t*>(part->elts);
    for (ngx_uint_t i = 0; i < part->nelts; ++i) {
      const std::string_view name = view(headers[i].key);
      if (name.size() == lowcase_name.size() &&
          ngx_strncasecmp(headers[i].key.data, as_ngx_str(lowcase_name).data, name.size()) == 0) {
        return view(headers[i].value);
      }
    }
  }
  return {};
}

bool add_response_header(ngx_http_request_t* r, std::string_view name, std::string_view value) {
  auto* const header = static_cast<ngx_table_elt_t*>(ngx_list_push(&r->headers_out.headers));
  if (header == nullptr) return false;
  *header = {};  // newer versions of nginx have more members
  header->hash = 1;
  header->key = as_ngx_str(name);
  header->value = copy_to_pool(r->pool, value);
  return true;
}

void set_stream_headers(ngx_http_request_t* r, Format format) {
  r->disable_not_modified = 1;  // an answer has no version that If-Match could ask for
  r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_length_n = -1;
  if (format == Format::kNdjson) {
    ngx_str_set(&r->headers_out.content_type, "application/x-ndjson");
  } else {
    ngx_str_set(&r->headers_out.content_type, "application/json");
  }
  r->headers_out.content_type_len = r->headers_out.content_type.len;
  r->headers_out.content_type_lowcase = nullptr;
}

ngx_int_t send_text(ngx_http_request_t* r, std::string_view content_type, std::string_view text) {
  const ngx_str_t body = copy_to_pool(r->pool, text);
  r->disable_not_modified = 1;  // no version that If-Match could ask for
  ngx_http_clear_accept_ranges(r);
  ngx_http_clear_last_modified(r);
  ngx_http_clear_etag(r);
  if (r->headers_out.status == 0) r->headers_out.status = NGX_HTTP_OK;
  r->headers_out.content_length_n = static_cast<off_t>(body.len);
  r->headers_out.content_type = as_ngx_str(content_type);
  r->headers_out.content_type_len =
      content_type.find(';') < content_type.size() ? content_type.find(';') : content_type.size();
  r->headers_out.content_type_lowcase = nullptr;

  const ngx_int_t rc = ngx_http_send_header(r);
  if (rc == NGX_ERROR || rc > NGX_OK || r->header_only) return rc;

  ngx_buf_t* const buf = static_cast<ngx_buf_t*>(ngx_calloc_buf(r->pool));
  if (buf == nullptr) return NGX_ERROR;
  buf->pos = buf->start = body.data;
  buf->last = buf->end = body.data + body.len;
  buf->memory = 1;
  buf->last_buf = r == r->main;
  buf->last_in_chain = 1;
  ngx_chain_t chain{buf, nullptr};
  return ngx_http_output_filter(r, &chain);
}

}  // namespace dataaction
