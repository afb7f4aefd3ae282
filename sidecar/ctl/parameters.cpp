#include "sidecar/ctl/parameters.h"

#include <cerrno>
#include <cstdio>
#include <memory>
#include <set>
#include <string_view>
#include <system_error>

#include "core/json/json_reader.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

using Text = std::expected<std::string, std::string>;

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Text read_all(std::FILE* file, const std::string& name) {
  std::string text;
  size_t size = 0;
  while (std::feof(file) == 0) {
    static constexpr size_t kPiece = 64 << 10;
    text.resize(size + kPiece);
    size += std::fread(text.data() + size, 1, kPiece, file);
    if (std::ferror(file) != 0) {
      return std::unexpected("cannot read \"" + name +
                             "\": " + std::generic_category().message(errno));
    }
    if (size > kMaxParameters) return std::unexpected("\"" + name + "\" is too long");
  }
  text.resize(size);
  return text;
}

// Whether compact JSON is of the type.
bool is_of(std::string_view json, std::string_view type) {
  const char first = json.front();
  const bool number = first == '-' || (first >= '0' && first <= '9');
  if (type == "integer") return number && json.find_first_of(".eE") == std::string_view::npos;
  if (type == "number") return number;
  if (type == "boolean") return json == "true" || json == "false";
  if (type == "object") return first == '{';
  if (type == "array") return first == '[';
  return type != "null" || json == "null";
}

// Appends the value that the word means, where it is to be of the type; false: it is of no such.
bool append_value(std::string& out, std::string_view word, std::string_view type) {
  if (type == "string") {
    append_json_string(out, word);
    return true;
  }
  const size_t begin = out.size();
  if (!append_minified(out, word)) return is_of(std::string_view(out).substr(begin), type);
  if (!type.empty()) return false;
  append_json_string(out, word);
  return true;
}

}  // namespace

Text make_parameters(const std::vector<std::string>& words, const TypeOfParameter& type_of) {
  std::string out = "{";
  std::set<std::string_view> seen;
  for (const std::string_view word : words) {
    const size_t at = word.find('=');
    const std::string_view name = word.substr(0, at);
    if (at == std::string_view::npos || name.empty()) {
      return std::unexpected("the parameter \"" + std::string(word) + "\" is not NAME=VALUE");
    }
    if (!seen.insert(name).second) {
      return std::unexpected("the parameter \"" + std::string(name) + "\" is there twice");
    }
    if (out.size() > 1) out += ',';
    append_json_string(out, name);
    out += ':';
    const std::string type = type_of ? type_of(name) : std::string();
    if (!append_value(out, word.substr(at + 1), type)) {
      return std::unexpected("the parameter \"" + std::string(word) + "\" is not of type " + type);
    }
  }
  return out += '}';
}

Text read_parameters(const std::string& file) {
  Text text;
  if (file == "-") {
    text = read_all(stdin, "standard input");
  } else {
    const std::unique_ptr<std::FILE, Close> opened(std::fopen(file.c_str(), "re"));
    if (!opened) {
      return std::unexpected("cannot open \"" + file +
                             "\": " + std::generic_category().message(errno));
    }
    text = read_all(opened.get(), file);
  }
  if (!text) return text;
  std::string compact;
  if (const auto error = append_minified(compact, *text)) {
    return std::unexpected("\"" + file + "\" is not JSON: byte " + std::to_string(error->offset) +
                           ": " + error->what);
  }
  if (!compact.starts_with('{')) return std::unexpected("\"" + file + "\" is no JSON object");
  return compact;
}

Text choose_parameters(const std::vector<std::string>& words, const std::string& file,
                       const TypeOfParameter& type_of) {
  return file.empty() ? make_parameters(words, type_of) : read_parameters(file);
}

}  // namespace dataaction
