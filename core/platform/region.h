// The regions of Genesys Cloud and the addresses of each, as the official SDKs list them. Explicit
// addresses (`login_url` and the like) are core/platform/base_url.h's.

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace dataaction {

// Both have static storage.
struct Region {
  std::string_view name;    // of the AWS region: `eu-central-1`
  std::string_view domain;  // `mypurecloud.de`
};

std::span<const Region> regions();

// By name or by domain, in lower case.
std::optional<Region> find_region(std::string_view name_or_domain);

// Without a slash at the end.
struct RegionUrls {
  std::string login;      // https://login.DOMAIN: tokens
  std::string api;        // https://api.DOMAIN: everything under /api/v2
  std::string streaming;  // https://streaming.DOMAIN: notifications

  bool operator==(const RegionUrls&) const = default;
};

RegionUrls urls_of(const Region& region);

}  // namespace dataaction
