#include "core/platform/region.h"

#include <algorithm>
#include <array>

namespace dataaction {
namespace {

constexpr std::array kRegions = {
    Region{"us-east-1", "mypurecloud.com"},
    Region{"us-east-2", "use2.us-gov-pure.cloud"},
    Region{"us-west-2", "usw2.pure.cloud"},
    Region{"ca-central-1", "cac1.pure.cloud"},
    Region{"sa-east-1", "sae1.pure.cloud"},
    Region{"mx-central-1", "mxc1.pure.cloud"},
    Region{"eu-west-1", "mypurecloud.ie"},
    Region{"eu-west-2", "euw2.pure.cloud"},
    Region{"eu-central-1", "mypurecloud.de"},
    Region{"eu-central-2", "euc2.pure.cloud"},
    Region{"me-central-1", "mec1.pure.cloud"},
    Region{"ap-south-1", "aps1.pure.cloud"},
    Region{"ap-northeast-1", "mypurecloud.jp"},
    Region{"ap-northeast-2", "apne2.pure.cloud"},
    Region{"ap-northeast-3", "apne3.pure.cloud"},
    Region{"ap-southeast-1", "apse1.pure.cloud"},
    Region{"ap-southeast-2", "mypurecloud.com.au"},
    Region{"eusc-de-east-1", "edee1.eusc-pure.cloud"},
};

}  // namespace

std::span<const Region> regions() {
  return kRegions;
}

std::optional<Region> find_region(std::string_view name_or_domain) {
  const auto found = std::ranges::find_if(kRegions, [&](const Region& region) {
    return region.name == name_or_domain || region.domain == name_or_domain;
  });
  if (found == kRegions.end()) return std::nullopt;
  return *found;
}

RegionUrls urls_of(const Region& region) {
  const std::string domain(region.domain);
  return {"https://login." + domain, "https://api." + domain, "https://streaming." + domain};
}

}  // namespace dataaction
