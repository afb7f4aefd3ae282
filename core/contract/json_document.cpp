#include "core/contract/json_document.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <vector>

#include "core/json/json_walk.h"

namespace dataaction {

static_assert(std::numeric_limits<JsonValue::Number>::digits >= 64);
static_assert(std::is_trivially_destructible_v<JsonValue>);  // the memory goes without being asked

namespace {

double real_of(std::string_view text) {
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc::result_out_of_range) return value;
  // from_chars() does not say on which side: strtod() gives 0, or what no number is equal to.
  return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace

// Values wait on a stack until what they are in is closed.
class JsonTreeBuilder : public JsonWalk<JsonTreeBuilder> {
 public:
  JsonTreeBuilder(std::string_view text, std::pmr::memory_resource& memory, size_t max_depth)
      : JsonWalk(text), text_(text.data()), memory_(memory), max_depth_(max_depth) {
    waiting_.reserve(16);
    open_.reserve(8);
  }

  bool on_open(char bracket, size_t at) {
    if (open_.size() == max_depth_) {
      return scanner().fail("more than " + std::to_string(max_depth_) + " levels", at);
    }
    add(JsonValue(bracket == '{' ? JsonValue::Kind::kObject : JsonValue::Kind::kArray));
    open_.push_back(waiting_.size());
    return true;
  }

  bool on_name(const JsonScanner::String& name) {
    name_ = text_of(name);
    return true;
  }

  bool on_string(const JsonScanner::String& string) {
    add(JsonValue(text_of(string)));
    return true;
  }

  bool on_scalar(std::string_view written) {
    switch (written.front()) {
      case 'n':
        add(JsonValue(JsonValue::Kind::kNull));
        return true;
      case 't':
        add(JsonValue(JsonValue::Kind::kTrue));
        return true;
      case 'f':
        add(JsonValue(JsonValue::Kind::kFalse));
        return true;
      default:
        break;
    }
    const JsonValue number = JsonValue::number_of(written);
    add(number);
    const auto at = static_cast<size_t>(written.data() - text_);
    return std::isfinite(number.real()) || scanner().fail("a number is too large", at);
  }

  void on_close(size_t) {
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
  }

  const JsonValue& root() const { return waiting_.front(); }

 private:
  void add(JsonValue value) {
    value.name_ = name_.data();
    value.name_size_ = static_cast<uint32_t>(name_.size());
    name_ = {};
    waiting_.push_back(value);
  }

  std::string_view text_of(const JsonScanner::String& string) {
    if (!string.escaped) return string.raw;
    const std::string text = string.unescaped();
    auto* copy = static_cast<char*>(memory_.allocate(std::max(text.size(), size_t{1}), 1));
    text.copy(copy, text.size());
    return {copy, text.size()};
  }

  const char* text_;
  std::pmr::memory_resource& memory_;
  const size_t max_depth_;
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
  JsonTreeBuilder builder(text, memory_, max_depth);
  if (!builder.walk()) return builder.error();
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
