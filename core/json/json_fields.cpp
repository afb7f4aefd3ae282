#include "core/json/json_fields.h"

#include <algorithm>

namespace dataaction {
namespace {

constexpr size_t kMaxDepth = 64;

class FieldHandler : public JsonHandler<FieldHandler> {
 public:
  FieldHandler(std::span<const std::string_view> names, std::span<JsonField> fields)
      : JsonHandler(kMaxDepth), names_(names), fields_(fields) {}

  bool on_scalar(std::string_view text) { return value(JsonField::Kind::kScalar, text); }
  bool on_string(std::string_view text) { return value(JsonField::Kind::kString, text); }
  bool on_key(std::string_view key) {
    if (depth() != 1) return true;
    const auto found = std::ranges::find(names_, key);
    field_ =
        found == names_.end() ? nullptr : &fields_[static_cast<size_t>(found - names_.begin())];
    if (field_ == nullptr || field_->kind == JsonField::Kind::kAbsent) return true;
    return fail("\"" + std::string(key) + "\" appears twice");
  }
  // The bracket counts already.
  bool on_open(char bracket) {
    if (depth() == 1) return bracket == '{' || no_object();
    return depth() != 2 || keep(JsonField::Kind::kNested, {});
  }
  bool on_close(char) { return true; }

 private:
  bool no_object() { return fail("not an object"); }
  bool value(JsonField::Kind kind, std::string_view text) {
    if (depth() == 0) return no_object();
    return depth() != 1 || keep(kind, text);
  }
  bool keep(JsonField::Kind kind, std::string_view text) {
    if (field_ != nullptr) *field_ = {kind, std::string(text)};
    return true;
  }

  std::span<const std::string_view> names_;
  std::span<JsonField> fields_;
  JsonField* field_ = nullptr;  // of the key that came last on the first level
};

}  // namespace

std::optional<JsonError> read_json_fields(std::string_view text,
                                          std::span<const std::string_view> names,
                                          std::span<JsonField> fields) {
  rapidjson::Reader reader;
  FieldHandler handler(names, fields);
  return read_json(reader, text, handler);
}

}  // namespace dataaction
