#include "core/platform/region.h"

#include <gtest/gtest.h>

#include <set>

#include "core/platform/base_url.h"

namespace dataaction {
namespace {

TEST(Region, IsFoundByEitherName) {
  const auto by_name = find_region("eu-central-1");
  const auto by_domain = find_region("mypurecloud.de");
  ASSERT_TRUE(by_name && by_domain);
  EXPECT_EQ(by_name->domain, "mypurecloud.de");
  EXPECT_EQ(by_domain->name, "eu-central-1");
}

TEST(Region, OthersAreUnknown) {
  for (const char* bad :
       {"", "us", "us-east-9", "mypurecloud", "api.mypurecloud.com", "https://api.mypurecloud.com",
        "US-EAST-1", "us-east-1 ", "us-east-1.mypurecloud.com", "mygen.com"}) {
    EXPECT_FALSE(find_region(bad)) << bad;
  }
}

TEST(Region, MakesItsAddresses) {
  EXPECT_EQ(urls_of(*find_region("us-west-2")),
            (RegionUrls{"https://login.usw2.pure.cloud", "https://api.usw2.pure.cloud",
                        "https://streaming.usw2.pure.cloud"}));
}

TEST(Region, EachIsItsOwn) {
  std::set<std::string_view> names;
  for (const Region& region : regions()) {
    EXPECT_TRUE(names.insert(region.name).second) << region.name;
    EXPECT_TRUE(names.insert(region.domain).second) << region.domain;
    EXPECT_EQ(find_region(region.name)->domain, region.domain);
    EXPECT_EQ(find_region(region.domain)->name, region.name);
    const RegionUrls urls = urls_of(region);
    for (const std::string& url : {urls.login, urls.api, urls.streaming}) {
      EXPECT_EQ(parse_base_url(url), url);
    }
  }
  EXPECT_EQ(regions().size(), 18u);
}

}  // namespace
}  // namespace dataaction
