#include "core/platform/base_url.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace dataaction {
namespace {

void expect_refused(std::string_view rule, std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts) {
    const auto url = parse_base_url(text);
    ASSERT_FALSE(url) << text << " -> " << *url;
    EXPECT_TRUE(url.error().find(rule) != std::string_view::npos) << text << ": " << url.error();
  }
}

TEST(BaseUrl, IsHttpsAnywhere) {
  for (const char* good :
       {"https://api.mypurecloud.com", "https://gateway", "https://gateway:8443",
        "https://10.1.2.3", "https://[2001:db8::1]:443", "https://a-b.c_d.example:65535",
        "https://h/p", "https://h/a/b.c/~d;e=f,g:h@i!$&'()*+-_", "https://h/%20a%C3%A4"}) {
    EXPECT_EQ(parse_base_url(good), good);
  }
}

TEST(BaseUrl, IsNormalized) {
  EXPECT_EQ(parse_base_url("HTTPS://API.MyPureCloud.com/"), "https://api.mypurecloud.com");
  EXPECT_EQ(parse_base_url("https://h:443/Path/"), "https://h:443/Path");
  EXPECT_EQ(parse_base_url("https://[2001:DB8::A]/"), "https://[2001:db8::a]");
}

TEST(BaseUrl, IsHttpToThisMachineAlone) {
  for (const char* good : {"http://127.0.0.1:8080", "http://127.255.255.255", "http://localhost",
                           "http://localhost:1/gateway", "http://[::1]:8080",
                           "http://[0:0:0:0:0:0:0:1]", "http://[0000:0::0001]"}) {
    EXPECT_EQ(parse_base_url(good), good);
  }
  EXPECT_EQ(parse_base_url("http://LocalHost/"), "http://localhost");
  expect_refused("an https URL",
                 {"http://api.mypurecloud.com", "http://128.0.0.1", "http://[::2]", "http://[1::1]",
                  "http://[::1:1]", "http://[::]", "http://10.0.0.1", "http://localhost.example",
                  "http://127.0.0.1.example", "http://0.0.0.0", "ftp://127.0.0.1", "wss://h",
                  "file:///etc/x", "://h"});
}

TEST(BaseUrl, HasAHost) {
  expect_refused("a host name", {"https://",
                                 "https:///p",
                                 "https://:443",
                                 "https://.",
                                 "https://a..b",
                                 "https://.a",
                                 "https://a.",
                                 "https://-a",
                                 "https://a-",
                                 "https://a b",
                                 "https://a\\b",
                                 "https://a%41",
                                 "https://h\xC3\xA4",
                                 "https://1.2.3",
                                 "https://127.1",
                                 "https://2130706433",
                                 "https://0x7f.0.0.1",
                                 "https://0x7f000001",
                                 "https://a.0x1",
                                 "https://01.2.3.4",
                                 "https://1.2.3.256",
                                 "https://1.2.3.4.5",
                                 "https://1.2.3.",
                                 "https://a.b.3",
                                 "https://h\tx",
                                 "https://h\n",
                                 "https://[::1",
                                 "https://::1]",
                                 "https://[]",
                                 "https://[1:2:3:4:5:6:7]",
                                 "https://[1:2:3:4:5:6:7:8:9]",
                                 "https://[1:2:3:4::5:6:7:8]",
                                 "https://[::1::]",
                                 "https://[:::]",
                                 "https://[:1]",
                                 "https://[1:]",
                                 "https://[12345::]",
                                 "https://[::g]",
                                 "https://[fe80::1%25eth0]",
                                 "https://[::ffff:1.2.3.4]",
                                 "https://[::1]x"});
  expect_refused("a host name", {"https://" + std::string(64, 'a')});
  std::string name = "a";
  while (name.size() < 254) name += ".a";
  expect_refused("a host name", {"https://" + name});
}

TEST(BaseUrl, HasAPortThatIsOne) {
  expect_refused("a port", {"https://h:", "https://h:0", "https://h:65536", "https://h:a",
                            "https://h:-1", "https://h:+1", "https://h:443:443", "https://h:000443",
                            "https://[::1]:", "https://h:18446744073709551617"});
}

TEST(BaseUrl, HasNothingElse) {
  expect_refused("an absolute URL", {"", "api.mypurecloud.com", "https:/h", "/p", "//h", "https"});
  expect_refused("a user name", {"https://user@h", "https://user:password@h/", "https://@h",
                                 "http://127.0.0.1@evil.example", "https://a@b@c"});
  expect_refused("a query", {"https://h?", "https://h/?a=b", "https://h#", "https://h/p#f"});
  expect_refused("a plain path",
                 {"https://h//", "https://h/a//b", "https://h/a//", "https://h/./a",
                  "https://h/a/..", "https://h/../a", "https://h/%2e%2E/a", "https://h/a%2Fb",
                  "https://h/%", "https://h/%4", "https://h/%4g", "https://h/a b", "https://h/\"",
                  "https://h/a\\b", "https://h/\xC3\xA4", "https://h/a\r\nX: y"});
}

TEST(BaseUrl, IsShort) {
  const std::string longest = "https://h/" + std::string(kMaxBaseUrl - 10, 'p');
  EXPECT_EQ(parse_base_url(longest), longest);
  expect_refused("at most 512 bytes", {longest + 'p'});
}

TEST(BaseUrl, ErrorsDoNotRepeatIt) {
  const auto url = parse_base_url("https://user:hunter2@h");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().find("hunter2"), std::string_view::npos);
}

}  // namespace
}  // namespace dataaction
