// The addresses that a platform calls from, as `allow` directives for nginx:
//
//     GET /api/v2/ipranges -> {"entities":[{"cidr","service","region","direction"}]}: getIpranges
//
// Pure. Nothing of the platform's answer gets into the text but addresses that were read as such.

#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sidecar/ctl/ip_range.h"

namespace dataaction {

struct RangeFilter {
  std::string service;
  std::string region;  // empty: any
};

// Those that the platform connects from, merged. An error is a message: not what was asked for, an
// entry that is none, or no entry at all, which would be a list that lets nobody in.
std::expected<std::vector<IpRange>, std::string> read_ip_ranges(std::string_view answer,
                                                                const RangeFilter& filter);

struct AllowList {
  std::vector<IpRange> ranges;
  std::string origin;  // the URL
  RangeFilter filter;
  std::string time;
  bool deny_all = false;  // whether it ends with that
};

std::string format_allow_list(const AllowList& list);

// Whether both lists are the same for nginx: comments do not count.
bool same_directives(std::string_view one, std::string_view other);

}  // namespace dataaction
