#include "sidecar/sources/sql_parameters.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <optional>

#include "core/json/json_reader.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

constexpr std::string_view kCode = "dataaction.request.parameter";
// The webhook allows 50 levels; these are around them.
constexpr size_t kMaxDepth = 64;

std::optional<SqlValue> number(std::string_view text) {
  if (text.find_first_of(".eE") == std::string_view::npos) {
    int64_t integer = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), integer);
    if (read.ec != std::errc()) return std::nullopt;
    return integer;
  }
  // Not from_chars(), for which 1e-999 is as wrong as 1e999. The locale is "C".
  const double real = std::strtod(std::string(text).c_str(), nullptr);
  if (!std::isfinite(real)) return std::nullopt;
  return real;
}

class ParameterHandler : public JsonHandler<ParameterHandler> {
 public:
  explicit ParameterHandler(const std::vector<std::string>& names)
      : JsonHandler(kMaxDepth), names_(names), values_(names.size()), invalid_(names.size()) {}

  bool on_key(std::string_view name) {
    if (depth() > 1) {
      separate();
      append_json_string(nested_, name);
      nested_ += ':';
      comma_ = false;
    } else {
      at_ = static_cast<size_t>(std::ranges::find(names_, name) - names_.begin());
    }
    return true;
  }

  bool on_scalar(std::string_view text) {
    if (depth() > 1) {
      separate();
      nested_ += text;
      return comma_ = true;
    }
    if (text == "null") return put(nullptr);
    if (text == "true" || text == "false") return put(int64_t{text == "true"});
    return put(number(text));
  }

  bool on_string(std::string_view text) {
    if (depth() <= 1) return put(std::string(text));
    separate();
    append_json_string(nested_, text);
    return comma_ = true;
  }

  bool on_open(char bracket) {
    if (depth() == 1) return bracket == '{' || fail("not an object");
    if (depth() == 2) {
      nested_.clear();
      comma_ = false;
    }
    separate();
    nested_ += bracket;
    comma_ = false;
    return true;
  }

  bool on_close(char bracket) {
    if (depth() == 0) return true;
    nested_ += bracket;
    comma_ = true;
    return depth() > 1 || put(std::move(nested_));
  }

  std::expected<std::vector<SqlValue>, ErrorReply> finish() {
    ErrorReply reply{422, 0, std::string(kCode), "", {}};
    std::vector<SqlValue> values;
    for (size_t i = 0; i < names_.size(); ++i) {
      if (values_[i]) {
        values.push_back(std::move(*values_[i]));
        continue;
      }
      if (reply.message.empty()) {
        reply.message = "parameter \"" + names_[i] + '"';
        reply.message += invalid_[i] ? " is out of range" : " is missing";
      }
      reply.details.push_back({std::string(kCode), names_[i]});
    }
    if (!reply.details.empty()) return std::unexpected(std::move(reply));
    return values;
  }

 private:
  void separate() {
    if (comma_) nested_ += ',';
  }

  bool put(std::optional<SqlValue> value) {
    if (depth() == 0) return fail("not an object");
    if (at_ < names_.size()) {
      invalid_[at_] = !value;
      values_[at_] = std::move(value);
    }
    return true;
  }

  const std::vector<std::string>& names_;
  std::vector<std::optional<SqlValue>> values_;
  std::vector<bool> invalid_;
  size_t at_ = 0;
  std::string nested_;
  bool comma_ = false;
};

struct Bind {
  sqlite3_stmt* statement;
  int at;

  int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, at); }
  int operator()(int64_t value) const { return sqlite3_bind_int64(statement, at, value); }
  int operator()(double value) const { return sqlite3_bind_double(statement, at, value); }
  int operator()(const std::string& text) const {
    return sqlite3_bind_text64(statement, at, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
};

}  // namespace

std::expected<std::vector<SqlValue>, ErrorReply> read_sql_parameters(
    std::string_view json, const std::vector<std::string>& names) {
  rapidjson::Reader reader;
  ParameterHandler handler(names);
  if (const auto error = read_json(reader, json, handler)) {
    ErrorReply reply = reply_for_status(400);
    reply.message = "the parameters are not a JSON object: " + error->what;
    return std::unexpected(std::move(reply));
  }
  return handler.finish();
}

bool bind(SqliteStatement& statement, const std::vector<SqlValue>& values) {
  int at = 0;
  return std::ranges::all_of(values, [&](const SqlValue& value) {
    return std::visit(Bind{statement.raw(), ++at}, value) == SQLITE_OK;
  });
}

}  // namespace dataaction
