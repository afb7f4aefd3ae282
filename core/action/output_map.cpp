#include "core/action/output_map.h"

#include <algorithm>
#include <utility>

#include "core/base/utf8.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

constexpr std::string_view kArrayMark = "[]";
// In a sample: no JSON has it, and no name.
constexpr char kHole = '\0';

bool is_plain_name(std::string_view text) {
  const char* p = text.data();
  const char* const end = p + text.size();
  while (p < end) {
    const Utf8Sequence sequence = read_utf8(p, end);
    if (!sequence.valid || static_cast<unsigned char>(*p) < ' ' || *p == '[' || *p == ']') {
      return false;
    }
    p += sequence.size;
  }
  return !text.empty();
}

}  // namespace

// One level of a name.
struct OutputMap::Part {
  std::string name;
  std::string full_name;
  bool array;
};

std::expected<std::vector<OutputMap::Part>, std::string> OutputMap::read_name(
    std::string_view name) {
  std::vector<Part> parts;
  for (size_t begin = 0; begin <= name.size();) {
    const size_t end = std::min(name.find('.', begin), name.size());
    std::string_view part = name.substr(begin, end - begin);
    const bool array = part.ends_with(kArrayMark);
    if (array) part.remove_suffix(kArrayMark.size());
    if (!is_plain_name(part)) {
      return std::unexpected(
          "names are as \"id\", \"address.city\", \"items[]\" or "
          "\"items[].name\"");
    }
    parts.push_back({std::string(part), std::string(name.substr(0, end)), array});
    begin = end + 1;
  }
  if (parts.size() > kMaxLevels) {
    return std::unexpected("more than " + std::to_string(kMaxLevels) + " levels");
  }
  return parts;
}

std::expected<void, std::string> OutputMap::check_value(const OutputValue& value, bool is_array,
                                                        bool in_array) {
  const JsonPath* path = value.path();
  if (path != nullptr && path->relative() && !in_array) {
    return std::unexpected(
        "\"@\" is an element of an array, as for \"items[].name\"; a path into "
        "the whole body begins with \"$\"");
  }
  if (is_array && (path == nullptr || path->singular())) {
    return std::unexpected(
        "an array is made of what a path finds that can find several, as "
        "\"$.data[*]\"");
  }
  return {};
}

std::expected<void, std::string> OutputMap::add(std::string_view name, std::string_view value,
                                                std::optional<std::string_view> fallback) {
  if (size_ == kMaxOutputs) {
    return std::unexpected("more than " + std::to_string(kMaxOutputs) + " outputs");
  }
  auto parts = read_name(name);
  if (!parts) return std::unexpected(std::move(parts.error()));
  auto parsed = OutputValue::parse(value, fallback);
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  const bool in_array = std::ranges::any_of(parts->begin(), parts->end() - 1, &Part::array);
  if (auto checked = check_value(*parsed, parts->back().array, in_array); !checked) return checked;

  std::vector<Member>* members = &members_;
  for (const Part& part : *parts) {
    const bool last = &part == &parts->back();
    const auto kind = part.array ? Member::Kind::kArray
                      : last     ? Member::Kind::kValue
                                 : Member::Kind::kObject;
    auto member = std::ranges::find(*members, part.name, &Member::name);
    if (member == members->end()) {
      std::string key;
      append_json_string(key, part.name);
      members->push_back({part.name, part.full_name, key + ':', kind, size_});
      member = members->end() - 1;
    } else if (member->kind != kind) {
      return std::unexpected("it cannot be beside \"" + member->full_name + '"');
    } else if (last && member->value) {
      return std::unexpected("it is there already");
    }
    if (last) {
      member->value = std::move(*parsed);
      member->index = size_;
    }
    members = &member->members;
  }
  ++size_;
  return {};
}

std::expected<void, OutputProblem> OutputMap::bind(const TypeOf& type_of,
                                                   const TypeOf& certain_type_of) {
  return bind(members_, type_of, certain_type_of);
}

// As deep as names are.
std::expected<void, OutputProblem> OutputMap::bind(std::vector<Member>& members,
                                                   const TypeOf& type_of,
                                                   const TypeOf& certain_type_of) {
  for (Member& member : members) {
    const auto problem = [&member](std::string message) {
      return std::unexpected(OutputProblem{member.index, std::move(message)});
    };
    if (member.kind == Member::Kind::kArray && !member.value) {
      return problem("there is no output \"" + member.full_name +
                     "\", which would say what its elements are made of");
    }
    const bool array = member.kind == Member::Kind::kArray;
    std::string_view plain = member.full_name;
    if (array) plain.remove_suffix(kArrayMark.size());
    auto type = type_of(plain);
    const auto certain = certain_type_of(plain);
    if (array && !certain) type = JsonType::kArray;
    if (member.kind == Member::Kind::kObject &&
        certain.value_or(JsonType::kObject) != JsonType::kObject) {
      return problem("\"" + member.full_name + "\" is no object, as the schema has it");
    }
    const auto element =
        array && !member.members.empty() ? certain_type_of(member.full_name) : std::nullopt;
    if (element.value_or(JsonType::kObject) != JsonType::kObject) {
      return problem("the elements of \"" + member.full_name +
                     "\" have members, and are no objects, as the schema has it");
    }
    if (member.value) {
      auto bound = member.value->bind(type);
      // The hint may be of an alternative that is not meant; an array's is its name.
      if (!bound && !array && !certain) bound = member.value->bind(std::nullopt);
      if (!bound) return problem("of \"" + member.full_name + "\" " + bound.error());
    }
    if (auto bound = bind(member.members, type_of, certain_type_of); !bound) return bound;
  }
  return {};
}

bool OutputMap::always(const Member& member) {
  if (member.kind != Member::Kind::kObject) return member.value && member.value->always();
  return std::ranges::any_of(member.members, [](const Member& each) { return always(each); });
}

std::vector<OutputMap::Sample> OutputMap::samples() const {
  std::vector<Sample> samples;
  add_samples(members_, {std::string(1, kHole), "", "", false, 0}, samples);
  return samples;
}

// `around` has kHole where the object of `members` stands.
void OutputMap::add_samples(const std::vector<Member>& members, const Sample& around,
                            std::vector<Sample>& out) {
  const auto filled = [&around](const std::string& text) {
    std::string object = around.object;
    return object.replace(object.find(kHole), 1, text);
  };
  for (const Member& member : members) {
    const std::string place = around.place + (around.place.empty() ? "" : ".") + member.name;
    if (member.value) {
      const auto literal = member.value->literal();
      out.push_back({filled('{' + member.key + std::string(literal.value_or("null")) + '}'),
                     member.full_name, place, literal.has_value(), member.index});
    }
    const bool array = member.kind == Member::Kind::kArray;
    const std::string inner = array ? std::string{'[', kHole, ']'} : std::string(1, kHole);
    const Sample here{filled('{' + member.key + inner + '}'), member.full_name,
                      place + (array ? "[0]" : ""), false, member.index};
    add_samples(member.members, here, out);
  }
}

bool OutputMap::makes(std::string_view top_level_member) const {
  return std::ranges::find(members_, top_level_member, &Member::name) != members_.end();
}

bool OutputMap::always(std::string_view top_level_member) const {
  const auto found = std::ranges::find(members_, top_level_member, &Member::name);
  return found != members_.end() && always(*found);
}

// Recurses as deep as names are. False: nothing was written, for nothing is there.
class OutputMap::Writer {
 public:
  explicit Writer(const ActionFacts& facts) : run_{facts} {}

  bool write_object(const std::vector<Member>& members, JsonTree::Node element) {
    out_ += '{';
    const size_t begin = out_.size();
    for (const Member& member : members) {
      const size_t before = out_.size();
      if (before != begin) out_ += ',';
      out_ += member.key;
      if (!write(member, element)) out_.resize(before);
      if (run_.stop_if_too_long(out_)) break;
    }
    const bool empty = out_.size() == begin;
    out_ += '}';
    return !empty;
  }

  bool exhausted() const { return run_.exhausted; }
  std::string take() { return std::move(out_); }

 private:
  bool write(const Member& member, JsonTree::Node element) {
    if (member.kind == Member::Kind::kObject) return write_object(member.members, element);
    if (member.members.empty()) return member.value->append(out_, run_, element);
    return write_array(member, element);
  }

  bool write_array(const Member& member, JsonTree::Node element) {
    const auto found = member.value->find(run_, element);
    if (!found || found->empty()) {
      if (member.value->append_fallback(out_)) return true;
      if (!found) return false;
    }
    out_ += '[';
    for (const JsonTree::Node& node : *found) {
      if (&node != &found->front()) out_ += ',';
      write_object(member.members, node);
      if (run_.exhausted) break;
    }
    out_ += ']';
    return true;
  }

  OutputRun run_;
  std::string out_;
};

std::expected<std::string, std::string> OutputMap::write(const ActionFacts& facts) const {
  Writer writer(facts);
  writer.write_object(members_, JsonTree::root());
  if (writer.exhausted()) return std::unexpected("the body is too large for its outputs");
  return writer.take();
}

}  // namespace dataaction
