#include "core/platform/base_url.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/ascii.h"
#include "core/base/units.h"

namespace dataaction {
namespace {

constexpr std::string_view kForm = "an absolute URL, as \"https://api.mypurecloud.com\"";
constexpr std::string_view kLong = "a URL of at most 512 bytes";
constexpr std::string_view kScheme =
    "an https URL; http is for addresses of this machine alone, as \"http://127.0.0.1:8080\"";
constexpr std::string_view kUser = "a URL without a user name or password";
constexpr std::string_view kQuery = "a URL without a query or fragment";
constexpr std::string_view kHost =
    "a URL with a host name, an IPv4 address or an IPv6 address in []";
constexpr std::string_view kPort = "a URL with a port between 1 and 65535";
constexpr std::string_view kPath = "a URL with a plain path: no empty parts, \".\" or \"..\"";

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kHexDigits = "0123456789abcdefABCDEF";

bool consists_of(std::string_view text, std::string_view chars) {
  return !text.empty() && text.find_first_not_of(chars) == std::string_view::npos;
}

// The text before `separator`, which is removed from `rest` with it; all, if there is none.
std::string_view next_part(std::string_view& rest, char separator) {
  const size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// Four numbers without leading zeros, which inet_aton() would take for octal.
bool is_ipv4(std::string_view host) {
  if (std::ranges::count(host, '.') != 3 || host.ends_with('.')) return false;
  while (!host.empty()) {
    const std::string_view part = next_part(host, '.');
    if (!consists_of(part, kDigits) || part.size() > 3 || (part.size() > 1 && part[0] == '0') ||
        parse_number(part) > 255) {
      return false;
    }
  }
  return true;
}

// RFC 4291, section 2.2, without IPv4 at the end and without a zone: the eight groups.
std::optional<std::array<uint16_t, 8>> parse_ipv6(std::string_view text) {
  std::array<uint16_t, 8> groups{};
  const auto read = [](std::string_view part, std::span<uint16_t> out) -> std::optional<size_t> {
    size_t count = 0;
    if (part.empty()) return count;
    if (part.ends_with(':')) return std::nullopt;
    while (!part.empty()) {
      const std::string_view group = next_part(part, ':');
      if (!consists_of(group, kHexDigits) || group.size() > 4 || count == out.size()) {
        return std::nullopt;
      }
      std::from_chars(group.data(), group.data() + group.size(), out[count++], 16);
    }
    return count;
  };
  const size_t gap = text.find("::");
  const auto head = read(text.substr(0, gap), groups);
  if (gap == std::string_view::npos) return head == 8 ? std::optional(groups) : std::nullopt;
  std::array<uint16_t, 8> rest{};
  const auto tail = read(text.substr(gap + 2), rest);
  if (!head || !tail || *head + *tail > 7) return std::nullopt;
  std::copy_n(rest.begin(), *tail, groups.end() - static_cast<ptrdiff_t>(*tail));
  return groups;
}

// RFC 1123, section 2.1, and the underscore that names inside a company have.
bool is_host_name(std::string_view host) {
  constexpr std::string_view kChars = "abcdefghijklmnopqrstuvwxyz0123456789-_";
  if (host.empty() || host.size() > 253 || host.ends_with('.')) return false;
  std::string_view label;
  while (!host.empty()) {
    label = next_part(host, '.');
    if (!consists_of(label, kChars) || label.size() > 63 || label.front() == '-' ||
        label.back() == '-') {
      return false;
    }
  }
  // `127.1` and `0x7f.0.0.1` are addresses to some readers; no name ends in a number.
  return !consists_of(label, kDigits) && !label.starts_with("0x");
}

enum class Host : uint8_t { kInvalid, kLoopback, kOther };

// `host` in lower case.
Host read_host(std::string_view host) {
  const auto valid = [](bool loopback) { return loopback ? Host::kLoopback : Host::kOther; };
  if (host.starts_with('[') && host.ends_with(']')) {
    const auto groups = parse_ipv6(host.substr(1, host.size() - 2));
    constexpr std::array<uint16_t, 8> kLoopback = {0, 0, 0, 0, 0, 0, 0, 1};
    return groups ? valid(*groups == kLoopback) : Host::kInvalid;
  }
  if (is_ipv4(host)) return valid(host.starts_with("127."));
  return is_host_name(host) ? valid(host == "localhost") : Host::kInvalid;
}

// RFC 3986, section 3.3.
bool is_plain_path(std::string_view path) {
  constexpr std::string_view kChars =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,;=:@%";
  if (path.ends_with('/')) return false;
  while (!path.empty()) {
    const std::string_view part = next_part(path, '/');
    if (!consists_of(part, kChars) || part == "." || part == "..") return false;
    for (size_t at = part.find('%'); at != std::string_view::npos; at = part.find('%', at + 1)) {
      const std::string_view code = part.substr(at + 1, 2);
      // %2e is a dot, and %2f a slash, to some readers and not to others.
      if (code.size() != 2 || !consists_of(code, kHexDigits) || ascii_lower(code) == "2e" ||
          ascii_lower(code) == "2f") {
        return false;
      }
    }
  }
  return true;
}

}  // namespace

std::expected<std::string, std::string_view> parse_base_url(std::string_view text) {
  if (text.size() > kMaxBaseUrl) return std::unexpected(kLong);
  const size_t scheme_end = text.find("://");
  if (scheme_end == std::string_view::npos) return std::unexpected(kForm);
  const std::string scheme = ascii_lower(text.substr(0, scheme_end));
  if (scheme != "https" && scheme != "http") return std::unexpected(kScheme);

  std::string_view path = text.substr(scheme_end + 3);
  const std::string_view authority = next_part(path, '/');
  if (authority.find('@') != std::string_view::npos) return std::unexpected(kUser);
  if (text.find_first_of("?#") != std::string_view::npos) return std::unexpected(kQuery);

  // The colons of an IPv6 address are not the port's.
  const size_t bracket = authority.find(']');
  const size_t colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string host = ascii_lower(authority.substr(0, colon));
  const Host kind = read_host(host);
  if (kind == Host::kInvalid) return std::unexpected(kHost);
  if (scheme == "http" && kind != Host::kLoopback) return std::unexpected(kScheme);
  if (colon != std::string_view::npos) {
    const std::string_view port = authority.substr(colon + 1);
    const auto number = parse_number(port);
    if (port.size() > 5 || !number || *number == 0 || *number > 65'535) {
      return std::unexpected(kPort);
    }
  }
  if (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  if (!is_plain_path(path)) return std::unexpected(kPath);

  std::string url = scheme + "://" + host;
  if (colon != std::string_view::npos) url += authority.substr(colon);
  if (!path.empty()) url.append("/").append(path);
  return url;
}

}  // namespace dataaction
