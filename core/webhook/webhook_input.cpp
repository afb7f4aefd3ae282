#include "core/webhook/webhook_input.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "core/json/json_reader.h"
#include "core/json/json_writer.h"
#include "core/webhook/reserved_parameters.h"

namespace dataaction {
namespace {

// One member of an object: its key, and where its value stands in the compact text.
struct Member {
  std::string key;
  size_t begin;
  size_t end;
};

// Writes the compact form of the body and remembers the members of the first two levels, which is
// where parameters can be.
class BodyHandler : public JsonHandler<BodyHandler> {
 public:
  BodyHandler() : JsonHandler(kMaxInputDepth) {}

  bool on_scalar(std::string_view text) {
    begin_value();
    out_ += text;
    return end_value();
  }
  bool on_string(std::string_view text) {
    begin_value();
    append_json_string(out_, text);
    return end_value();
  }
  bool on_key(std::string_view text) {
    Level& level = levels_.back();
    level.keys.emplace_back(text);
    if (comma_) out_ += ',';
    append_json_string(out_, text);
    out_ += ':';
    comma_ = false;
    return true;
  }
  bool on_open(char bracket) {
    begin_value();
    out_ += bracket;
    levels_.push_back({bracket, {}});
    comma_ = false;
    return true;
  }
  bool on_close(char bracket) {
    out_ += bracket;
    std::vector<std::string>& keys = levels_.back().keys;
    std::ranges::sort(keys);  // not a hash table: the keys are an attacker's to choose
    if (const auto twice = std::ranges::adjacent_find(keys); twice != keys.end()) {
      return fail("the key " + quoted(*twice) + " appears twice");
    }
    levels_.pop_back();
    return end_value();
  }

  const std::string& text() const { return out_; }
  const std::vector<Member>& members(size_t level) const { return members_[level]; }

 private:
  struct Level {
    char bracket;
    std::vector<std::string> keys;
  };

  static std::string quoted(std::string_view key) {
    std::string out;
    append_json_string(out, key.substr(0, 64));
    return out;
  }

  // levels_.size() is the depth of the value that begins or has just ended.
  bool is_member() const {
    return !levels_.empty() && levels_.size() <= 2 && levels_.back().bracket == '{';
  }
  void begin_value() {
    if (comma_) out_ += ',';
    if (is_member())
      members_[levels_.size() - 1].push_back({levels_.back().keys.back(), out_.size(), 0});
  }
  bool end_value() {
    if (is_member()) members_[levels_.size() - 1].back().end = out_.size();
    return comma_ = true;
  }

  std::string out_;
  std::vector<Level> levels_;
  std::vector<Member> members_[2];
  bool comma_ = false;
};

ErrorReply malformed(std::string message) {
  return {400, 0, "dataaction.request.malformed", std::move(message)};
}

ErrorReply invalid(std::string_view field, std::string_view what) {
  return {422,
          0,
          "dataaction.request.invalid",
          std::string(field) + ' ' + std::string(what),
          {{"dataaction.request.invalid", std::string(field)}}};
}

bool is_envelope(const std::vector<Member>& members) {
  if (members.size() != 3) return false;
  const auto has = [&](std::string_view key) {
    return std::ranges::find(members, key, &Member::key) != members.end();
  };
  return has("action_id") && has("session_id") && has("parameters");
}

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// A cursor is base64url, so its JSON form is its text in quotes.
bool is_cursor_text(std::string_view json) {
  return json.size() >= 2 && json.front() == '"' &&
         json.substr(1, json.size() - 2).find_first_of("\\\"") == std::string_view::npos;
}

class ParameterReader {
 public:
  // Without a largest batch size no member is about the delivery.
  ParameterReader(std::string_view text, std::optional<uint64_t> max_batch_size)
      : text_(text), max_batch_size_(max_batch_size) {}

  std::expected<WebhookInput, ErrorReply> read(const std::vector<Member>& members) {
    WebhookInput input;
    input.parameters = "{";
    for (const Member& member : members) {
      const std::string_view value = text_.substr(member.begin, member.end - member.begin);
      if (auto refused = take(member.key, value, input))
        return std::unexpected(std::move(*refused));
    }
    input.parameters += '}';
    return input;
  }

 private:
  std::optional<ErrorReply> take(const std::string& key, std::string_view value,
                                 WebhookInput& input) {
    if (max_batch_size_ && is_reserved_parameter(key)) return take_reserved(key, value, input);
    if (input.parameters.size() > 1) input.parameters += ',';
    append_json_string(input.parameters, key);
    input.parameters += ':';
    input.parameters += value;
    return std::nullopt;
  }

  std::optional<ErrorReply> take_reserved(const std::string& key, std::string_view value,
                                          WebhookInput& input) {
    if (key == "batch_size") {
      input.batch_size = whole_number(value);
      if (!input.batch_size || *input.batch_size == 0 || *input.batch_size > *max_batch_size_) {
        return invalid(key, "must be a whole number from 1 to " + std::to_string(*max_batch_size_));
      }
    } else if (key == "limit") {
      input.limit = whole_number(value);
      if (!input.limit) return invalid(key, "must be a whole number, 0 or more");
    } else {
      if (!is_cursor_text(value)) return invalid(key, "must be a cursor from an earlier answer");
      input.cursor = value.substr(1, value.size() - 2);
    }
    return std::nullopt;
  }

  std::string_view text_;
  std::optional<uint64_t> max_batch_size_;
};

std::expected<WebhookInput, ErrorReply> read_input(std::string_view body, InputShape shape,
                                                   std::optional<uint64_t> max_batch_size) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return std::unexpected(malformed("the body is empty; a JSON object is expected"));
  }

  rapidjson::Reader reader;
  BodyHandler handler;
  if (const auto error = read_json(reader, body, handler)) {
    return std::unexpected(
        malformed("malformed JSON at byte " + std::to_string(error->offset) + ": " + error->what));
  }
  const std::string_view text = handler.text();
  if (text.front() != '{') {
    return std::unexpected(
        ErrorReply{422, 0, "dataaction.request.invalid", "the body must be a JSON object"});
  }

  ParameterReader parameters(text, max_batch_size);
  const std::vector<Member>& members = handler.members(0);
  const bool envelope = is_envelope(members);
  if (shape == InputShape::kFlat || (shape == InputShape::kAuto && !envelope)) {
    return parameters.read(members);
  }
  if (!envelope) {
    return std::unexpected(
        ErrorReply{422, 0, "dataaction.request.invalid",
                   "the body must be an object of action_id, session_id and parameters"});
  }
  for (const Member& member : members) {
    const char first = text[member.begin];
    if (member.key == "parameters" ? first != '{' : first != '"') {
      return std::unexpected(invalid(
          member.key, member.key == "parameters" ? "must be an object" : "must be a string"));
    }
  }
  return parameters.read(handler.members(1));
}

}  // namespace

std::expected<WebhookInput, ErrorReply> read_webhook_input(std::string_view body, InputShape shape,
                                                           uint64_t max_batch_size) {
  return read_input(body, shape, max_batch_size);
}

std::expected<WebhookInput, ErrorReply> read_call_input(std::string_view body, InputShape shape) {
  return read_input(body, shape, std::nullopt);
}

bool is_json_content_type(std::string_view content_type) {
  const auto trim = [](std::string_view text) {
    const size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return std::string_view();
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
  };
  std::string type(trim(content_type.substr(0, content_type.find(';'))));
  std::ranges::transform(type, type.begin(), [](unsigned char c) {
    return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  });
  return type == "application/json" ||
         (type.starts_with("application/") && type.ends_with("+json"));
}

}  // namespace dataaction
