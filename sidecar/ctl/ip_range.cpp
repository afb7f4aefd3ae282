#include "sidecar/ctl/ip_range.h"

#include <arpa/inet.h>

#include <algorithm>

#include "core/base/units.h"

namespace dataaction {
namespace {

using Address = std::array<uint8_t, 16>;

// Nobody who calls webhooks has more than that.
constexpr unsigned kLeastPrefix4 = 8;
constexpr unsigned kLeastPrefix6 = 16;

unsigned bits_of(const IpRange& range) {
  return range.v6 ? 128 : 32;
}

Address masked(Address address, unsigned prefix) {
  for (size_t i = 0; i < address.size(); ++i) {
    const unsigned before = static_cast<unsigned>(i) * 8;
    const unsigned kept = std::clamp(prefix, before, before + 8) - before;
    address[i] &= static_cast<uint8_t>(0xFF00U >> kept);
  }
  return address;
}

bool contains(const IpRange& outer, const IpRange& inner) {
  return outer.v6 == inner.v6 && outer.prefix <= inner.prefix &&
         masked(inner.address, outer.prefix) == outer.address;
}

IpRange parent_of(const IpRange& range) {
  return {range.v6, masked(range.address, range.prefix - 1), range.prefix - 1};
}

// The two halves of one range that is not everybody.
bool are_halves(const IpRange& one, const IpRange& other) {
  return one.prefix == other.prefix && one.prefix > 1 && parent_of(one) == parent_of(other);
}

}  // namespace

std::expected<IpRange, std::string> parse_ip_range(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  IpRange range;
  range.v6 = address.contains(':');
  // For inet_pton() a NUL is the end.
  if (address.contains('\0') ||
      ::inet_pton(range.v6 ? AF_INET6 : AF_INET, address.c_str(), range.address.data()) != 1) {
    return std::unexpected("no address");
  }
  range.prefix = bits_of(range);
  if (slash == std::string_view::npos) return range;
  const auto prefix = parse_number(text.substr(slash + 1));
  if (!prefix || *prefix > range.prefix) return std::unexpected("no prefix of such an address");
  if (*prefix < (range.v6 ? kLeastPrefix6 : kLeastPrefix4)) {
    return std::unexpected("it would be too much of the world");
  }
  range.prefix = static_cast<unsigned>(*prefix);
  if (masked(range.address, range.prefix) != range.address) {
    return std::unexpected("there are bits behind its prefix");
  }
  return range;
}

std::string format_ip_range(const IpRange& range) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(range.v6 ? AF_INET6 : AF_INET, range.address.data(), text.data(), text.size());
  return std::string(text.data()) + '/' + std::to_string(range.prefix);
}

std::vector<IpRange> merge_ip_ranges(std::vector<IpRange> ranges) {
  // A range comes before those that are in it, and its halves one after the other.
  std::ranges::sort(ranges);
  std::vector<IpRange> merged;
  for (const IpRange& range : ranges) {
    if (!merged.empty() && contains(merged.back(), range)) continue;
    merged.push_back(range);
    while (merged.size() > 1 && are_halves(merged[merged.size() - 2], merged.back())) {
      const IpRange whole = parent_of(merged.back());
      merged.resize(merged.size() - 2);
      merged.push_back(whole);
    }
  }
  return merged;
}

}  // namespace dataaction
