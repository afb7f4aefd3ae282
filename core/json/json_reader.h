// Strict reading of JSON (RFC 8259) over RapidJSON's iterative SAX reader: no recursion, UTF-8
// checked, numbers kept as they were written, byte offsets in every error.
//
// Beyond the grammar this refuses what RapidJSON lets pass: a lone low surrogate (\uDC00), a NUL
// byte after the value, nesting deeper than asked. RapidJSON itself refuses a number that no double
// can hold (1e309, 310 digits), which RFC 8259 leaves to the reader.

#pragma once

// RapidJSON 1.1 adds to the null pointer of a stack that is still empty, which is harmless, and
// which clang's sanitizer would report in its place.
#ifdef __clang__
#pragma clang attribute push(__attribute__((no_sanitize("pointer-overflow"))), apply_to = function)
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>
#ifdef __clang__
#pragma clang attribute pop
#endif

#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace dataaction {

// What is wrong, and where: a byte offset from the beginning of the text.
struct JsonError {
  size_t offset = 0;
  std::string what;
};

// True if `text`, a decoded JSON string, holds a surrogate that RapidJSON encoded as if it were a
// character: ED A0..BF xx, which is not UTF-8.
inline bool has_surrogate(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    p = static_cast<const char*>(memchr(p, '\xED', static_cast<size_t>(end - p)));
    if (p == nullptr) return false;
    if (end - p > 1 && static_cast<unsigned char>(p[1]) >= 0xA0) return true;
    ++p;
  }
  return false;
}

// Base of the SAX handlers: counts depth, refuses surrogates, and lets a derived class stop the
// reading with a message of its own (`fail`).
template <typename Derived>
class JsonHandler {
 public:
  using Ch = char;

  explicit JsonHandler(size_t max_depth) : max_depth_(max_depth) {}

  bool Null() { return derived().on_scalar("null"); }
  bool Bool(bool value) { return derived().on_scalar(value ? "true" : "false"); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    return derived().on_scalar({text, size});
  }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return no_surrogate({text, size}) && derived().on_string({text, size});
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    return no_surrogate({text, size}) && derived().on_key({text, size});
  }
  bool StartObject() { return deeper() && derived().on_open('{'); }
  bool StartArray() { return deeper() && derived().on_open('['); }
  bool EndObject(rapidjson::SizeType) { return --depth_, derived().on_close('}'); }
  bool EndArray(rapidjson::SizeType) { return --depth_, derived().on_close(']'); }

  // Never called: numbers come as RawNumber.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(int64_t) { return false; }
  bool Uint64(uint64_t) { return false; }
  bool Double(double) { return false; }

  size_t depth() const { return depth_; }
  const std::string& failure() const { return failure_; }

 protected:
  bool fail(std::string what) {
    failure_ = std::move(what);
    return false;
  }

 private:
  Derived& derived() { return static_cast<Derived&>(*this); }
  bool no_surrogate(std::string_view text) {
    return !has_surrogate(text) || fail("lone surrogate in a string");
  }
  bool deeper() {
    return ++depth_ <= max_depth_ || fail("more than " + std::to_string(max_depth_) + " levels");
  }

  size_t max_depth_;
  size_t depth_ = 0;
  std::string failure_;
};

// Reads one JSON value that fills `text`, white space around it aside. `reader` keeps its stack
// between calls, so a caller with many texts reuses it.
template <typename Handler>
std::optional<JsonError> read_json(rapidjson::Reader& reader, std::string_view text,
                                   Handler& handler) {
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseValidateEncodingFlag |
                              rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream stream(text.data(), text.size());
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, handler);
  if (result.IsError()) {
    if (!handler.failure().empty()) return JsonError{result.Offset(), handler.failure()};
    return JsonError{result.Offset(), rapidjson::GetParseError_En(result.Code())};
  }
  // MemoryStream shows its end as NUL, so a NUL in the text looks like the end.
  if (stream.Tell() != text.size()) return JsonError{stream.Tell(), "NUL after the value"};
  return std::nullopt;
}

// Says whether a text is one JSON value. Keeps its parser's memory from call to call.
class JsonChecker {
 public:
  static constexpr size_t kMaxDepth = 512;

  std::optional<JsonError> check(std::string_view text);

 private:
  rapidjson::Reader reader_;
};

// Appends `text` in compact form (no white space, so no newline) if it is one JSON value. Numbers
// stay as written, strings keep their meaning. On an error `out` is as it was.
std::optional<JsonError> append_minified(std::string& out, std::string_view text);

}  // namespace dataaction
