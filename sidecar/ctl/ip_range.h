// Ranges of addresses in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3), for lists of
// those that may come in. Pure.

#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace dataaction {

struct IpRange {
  bool v6 = false;
  std::array<uint8_t, 16> address{};  // of IPv4 the first four bytes; nothing behind the prefix
  unsigned prefix = 0;                // bits

  auto operator<=>(const IpRange&) const = default;
};

// Strict, because what is misread lets strangers in: an address without a prefix is that address
// alone; one with bits behind its prefix, and one of more than a /8, or a /16 of IPv6, are refused:
// two halves of the world are everybody. The error is what is wrong with it.
std::expected<IpRange, std::string> parse_ip_range(std::string_view text);

std::string format_ip_range(const IpRange& range);

// The same addresses in as few ranges as it takes, IPv4 first, in their order.
std::vector<IpRange> merge_ip_ranges(std::vector<IpRange> ranges);

}  // namespace dataaction
