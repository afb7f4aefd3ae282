#include "core/config/config.h"

#include <algorithm>

namespace dataaction {
namespace {

template <typename Named>
const Named* find_named(const std::vector<Named>& all, std::string_view name) {
  const auto found = std::ranges::find(all, name, &Named::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::string describe(const Position& at) {
  return at.line == 0 ? at.file : at.file + ':' + std::to_string(at.line);
}

std::string describe(const ConfigError& error) {
  return error.at.file.empty() ? error.message : error.message + " in " + describe(error.at);
}

bool PlatformConfig::same_as(PlatformConfig other) const {
  other.at = at;
  other.client_secret_file_at = client_secret_file_at;
  other.ca_file_at = ca_file_at;
  return *this == other;
}

const PlatformConfig* Config::find_platform(std::string_view name) const {
  return find_named(platforms, name);
}

const DatabaseConfig* Config::find_database(std::string_view name) const {
  return find_named(databases, name);
}

const SourceConfig* Config::find_source(std::string_view name) const {
  return find_named(sources, name);
}

const ActionConfig* Config::find_action(std::string_view name) const {
  return find_named(actions, name);
}

std::string resolve_path(std::string_view path, std::string_view directory) {
  std::string result;
  if (!path.starts_with('/') && !directory.empty()) {
    result = directory;
    if (!directory.ends_with('/')) result += '/';
  }
  result += path;
  return result;
}

}  // namespace dataaction
