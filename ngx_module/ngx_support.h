// What C++ needs at the border to nginx: strings both ways, objects that live in pools, and the
// guard around every function that nginx calls.

#pragma once

#include "ngx_module/ngx.h"

#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "core/base/excerpt.h"

namespace dataaction {

inline std::string_view view(const ngx_str_t& text) {
  return {reinterpret_cast<const char*>(text.data), text.len};
}

// A view as an ngx_str_t, for calls that only read it.
inline ngx_str_t as_ngx_str(std::string_view text) {
  return {text.size(), const_cast<u_char*>(reinterpret_cast<const u_char*>(text.data()))};
}

// A copy in `pool`; empty if there is no memory.
inline ngx_str_t copy_to_pool(ngx_pool_t* pool, std::string_view text) {
  ngx_str_t source = as_ngx_str(text);
  ngx_str_t copy;
  copy.len = text.size();
  copy.data = text.empty() ? source.data : ngx_pstrdup(pool, &source);
  if (copy.data == nullptr) return ngx_string("");
  return copy;
}

// Logs one line. `text` is data, never a format, and never a second line.
inline void log_line(ngx_uint_t level, ngx_log_t* log, std::string_view text) {
  if (log->log_level < level) return;
  const std::string clean = on_one_line(text);
  ngx_str_t line = as_ngx_str(clean);
  ngx_log_error(level, log, 0, "dataaction: %V", &line);
}

// Constructs a T that lives as long as `pool`; nullptr without memory.
template <typename T, typename... Arguments>
T* make_in_pool(ngx_pool_t* pool, Arguments&&... arguments) {
  if constexpr (std::is_trivially_destructible_v<T>) {
    void* memory = ngx_palloc(pool, sizeof(T));
    return memory == nullptr ? nullptr : new (memory) T(std::forward<Arguments>(arguments)...);
  } else {
    ngx_pool_cleanup_t* cleanup = ngx_pool_cleanup_add(pool, sizeof(T));
    if (cleanup == nullptr) return nullptr;
    T* object = new (cleanup->data) T(std::forward<Arguments>(arguments)...);
    cleanup->handler = [](void* data) noexcept { static_cast<T*>(data)->~T(); };
    return object;
  }
}

// Runs the body of a function that nginx calls. An exception there is a bug of ours or a lack of
// memory: it is logged as an alert and becomes `failure`, instead of ending the worker.
template <typename Failure, typename Body>
auto guarded(ngx_log_t* log, Failure failure, Body&& body) noexcept -> decltype(body()) {
  try {
    return body();
  } catch (const std::exception& error) {
    ngx_log_error(NGX_LOG_ALERT, log, 0, "dataaction: unexpected exception: %s", error.what());
  } catch (...) {
    ngx_log_error(NGX_LOG_ALERT, log, 0, "dataaction: unexpected exception");
  }
  return failure();
}

template <typename Body>
void guarded(ngx_log_t* log, Body&& body) noexcept {
  guarded(log, [] {}, std::forward<Body>(body));
}

}  // namespace dataaction
