#include "core/contract/json_document.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <vector>

namespace dataaction {

static_assert(std::numeric_limits<JsonValue::Number>::digits >= 64);
static_assert(std::is_trivially_destructible_v<JsonValue>);  // the memory goes without being asked

namespace {

double real_of(std::string_view text) {
  double value = 0;  // stays where it is too small for a double
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

// Values wait on a stack until what they are in is closed.
class JsonTreeBuilder : public JsonHandler<JsonTreeBuilder> {
 public:
  JsonTreeBuilder(std::pmr::memory_resource& memory, size_t max_depth)
      : JsonHandler(max_depth), memory_(memory) {}

  bool on_scalar(std::string_view text) {
    if (text == "null") return add(JsonValue(JsonValue::Kind::kNull));
    if (text == "true") return add(JsonValue(JsonValue::Kind::kTrue));
    if (text == "false") return add(JsonValue(JsonValue::Kind::kFalse));
    const JsonValue number = JsonValue::number_of(text);
    return add(number.is_large() ? JsonValue::number_of(kept(text)) : number);
  }
  bool on_string(std::string_view text) { return add(JsonValue(kept(text))); }
  bool on_key(std::string_view text) {
    name_ = kept(text);
    return true;
  }
  bool on_open(char bracket) {
    add(JsonValue(bracket == '{' ? JsonValue::Kind::kObject : JsonValue::Kind::kArray));
    open_.push_back(waiting_.size());
    return true;
  }
  bool on_close(char) {
    const size_t first = open_.back();
    open_.pop_back();
    JsonValue& value = waiting_[first - 1];
    value.size_ = static_cast<uint32_t>(waiting_.size() - first);
    auto* children = static_cast<JsonValue*>(
        memory_.allocate(value.size_ * sizeof(JsonValue), alignof(JsonValue)));
    std::uninitialized_copy(waiting_.begin() + static_cast<std::ptrdiff_t>(first), waiting_.end(),
                            children);
    value.children_ = children;
    waiting_.resize(first);
    return true;
  }

  const JsonValue& root() const { return waiting_.front(); }

 private:
  bool add(JsonValue value) {
    value.name_ = name_.data();
    value.name_size_ = static_cast<uint32_t>(name_.size());
    name_ = {};
    waiting_.push_back(value);
    return true;
  }
  std::string_view kept(std::string_view text) {
    auto* copy = static_cast<char*>(memory_.allocate(std::max(text.size(), size_t{1}), 1));
    text.copy(copy, text.size());
    return {copy, text.size()};
  }

  std::pmr::memory_resource& memory_;
  std::string_view name_;  // of the member whose value comes next
  std::vector<JsonValue> waiting_;
  std::vector<size_t> open_;  // where the children of each open value begin
};

JsonValue JsonValue::number_of(std::string_view text) {
  JsonValue value(Kind::kNumber);
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const bool fraction = text.find_first_of(".eE") != std::string_view::npos;
  if (!fraction && std::from_chars(begin, end, value.signed_).ec == std::errc()) {
    value.form_ = Form::kSigned;
  } else if (!fraction && std::from_chars(begin, end, value.unsigned_).ec == std::errc()) {
    value.form_ = Form::kUnsigned;
  } else if (!fraction) {
    value.form_ = Form::kLarge;
    value.text_ = begin;
    value.size_ = static_cast<uint32_t>(text.size());
  } else {
    value.form_ = Form::kFraction;
    value.real_ = real_of(text);
  }
  return value;
}

JsonValue::Number JsonValue::number() const {
  switch (form_) {
    case Form::kSigned:
      return static_cast<Number>(signed_);
    case Form::kUnsigned:
      return static_cast<Number>(unsigned_);
    case Form::kLarge:
      return real_of(text());
    default:
      return real_;
  }
}

std::optional<JsonError> JsonDocument::read(std::string_view text, size_t max_depth) {
  rapidjson::Reader reader;
  JsonTreeBuilder builder(memory_, max_depth);
  if (auto error = read_json(reader, text, builder)) return error;
  root_ = builder.root();
  return std::nullopt;
}

const JsonValue* find_member(const JsonValue& object, std::string_view name) {
  const auto found = std::ranges::find(object.children(), name, &JsonValue::name);
  return found == object.children().end() ? nullptr : &*found;
}

const JsonValue* find_repeated_name(const JsonValue& root, std::string& name) {
  std::vector<const JsonValue*> open = {&root};
  std::vector<std::string_view> names;
  while (!open.empty()) {
    const JsonValue& value = *open.back();
    open.pop_back();
    if (!value.is_object() && !value.is_array()) continue;
    for (const JsonValue& child : value.children()) open.push_back(&child);
    if (value.is_array()) continue;
    names.clear();
    std::ranges::transform(value.children(), std::back_inserter(names), &JsonValue::name);
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end()) {
      name = *twice;
      return &value;
    }
  }
  return nullptr;
}

}  // namespace dataaction
