// What dataactionctl is made of.

#include <gtest/gtest.h>

#include "core/webhook/api_key.h"
#include "sidecar/ctl/api_key_maker.h"
#include "sidecar/ctl/status_client.h"

namespace dataaction {
namespace {

TEST(ApiKeyMaker, TheKeyFileTakesTheLine) {
  const auto made = make_api_key("crm");
  ASSERT_TRUE(made) << made.error();
  const auto keys = read_key_file(made->line + "\n");
  ASSERT_TRUE(keys);
  ASSERT_EQ(keys->size(), 1u);
  EXPECT_EQ(keys->front().label, "crm");
  EXPECT_EQ(made->key.size(), 43u);
  EXPECT_FALSE(made->line.contains(made->key));
}

TEST(ApiKeyMaker, EachIsANewOne) {
  EXPECT_NE(make_api_key("a")->key, make_api_key("a")->key);
}

TEST(ApiKeyMaker, LabelsThatDoNotFit) {
  for (const char* label : {"", "a b", "a\nb", "\"", " a"})
    EXPECT_FALSE(make_api_key(label)) << label;
}

TEST(StatusClient, NobodyThere) {
  const auto status = fetch_status("/nonexistent/s.sock", {}, std::chrono::seconds(1));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error(), "cannot connect to \"/nonexistent/s.sock\": No such file or directory");
  EXPECT_FALSE(fetch_status("/" + std::string(200, 'x'), {}, std::chrono::seconds(1)));
}

}  // namespace
}  // namespace dataaction
