#include "core/action/url_template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/action/url_text.h"
#include "tests/core/action/template_input.h"

namespace dataaction {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string rendered(std::string_view text, const JsonTree& input) {
  const auto url = UrlTemplate::parse(text);
  return url ? outcome(url->render(input)) : url.error();
}

TEST(UrlTemplate, PutsValuesIntoPathAndQuery) {
  const JsonTree input = input_of(R"({"user":{"id":17},"q":"a b&c=d/e","on":true,"n":null})");
  const std::pair<const char*, const char*> kUrls[] = {
      {"https://h/posts/${user.id}?q=${q}", "https://h/posts/17?q=a%20b%26c%3Dd%2Fe"},
      {"https://h/${q}/x-${user.id}.json", "https://h/a%20b%26c%3Dd%2Fe/x-17.json"},
      {"https://h?${q}=${on}", "https://h/?a%20b%26c%3Dd%2Fe=true"},
      {"https://h/?a=${n}&b=${missing}", "https://h/?a=&b="},
      {"https://h/x${n}", "https://h/x"},
      {"https://h/${user.id}${user.id}/", "https://h/1717/"},
      {"HTTPS://API.Example:8443/A?b=/?", "https://api.example:8443/A?b=/?"},
      {"https://h", "https://h/"},
      {"https://h//a/%20;b=$c@:", "https://h//a/%20;b=$c@:"},
      {"http://127.0.0.1:8080/${on}", "http://127.0.0.1:8080/true"},
      {"http://[::1]/${on}?%2e%2F", "http://[::1]/true?%2e%2F"},
  };
  for (const auto& [text, url] : kUrls) EXPECT_EQ(rendered(text, input), url) << text;
}

TEST(UrlTemplate, KnowsItsFieldsAndItsOrigin) {
  const auto url = UrlTemplate::parse("https://API.example:444/${b}/${a.c}?${b}=${d}");
  ASSERT_TRUE(url.has_value()) << url.error();
  EXPECT_THAT(url->fields(), ElementsAre("b", "a.c", "d"));
  EXPECT_EQ(url->origin(), "https://api.example:444");
  EXPECT_THAT(UrlTemplate::parse("https://h/")->fields(), IsEmpty());
}

TEST(UrlTemplate, RefusesWhatIsNoTemplateOfAUrl) {
  const std::pair<const char*, const char*> kRefusals[] = {
      {"", "an absolute URL"},
      {"/posts/${id}", "an absolute URL"},
      {"${scheme}://h/", "scheme, host and port are literal"},
      {"${url}", "scheme, host and port are literal"},
      {"https://${host}/", "scheme, host and port are literal"},
      {"https://h.${domain}/", "scheme, host and port are literal"},
      {"https://h:${port}/", "scheme, host and port are literal"},
      {"https://h${x}", "scheme, host and port are literal"},
      {"https://h$${x}/", "scheme, host and port are literal"},
      {"https${s}://h/", "scheme, host and port are literal"},
      {"http://api.example/", "an https URL"},
      {"ftp://h/", "an https URL"},
      {"https://u:p@h/", "without a user name"},
      {"https://h\\x/", "with a host name"},
      {"https://h:0/", "a port between"},
      {"https://h/#a", "without a fragment"},
      {"https://h/${a}?b#${c}", "without a fragment"},
      {"https://h/${*}", "the whole input"},
      {"https://h/${a", "without \"}\""},
      {"https://h/a b", "written \"%20\""},
      {"https://h/\xC3\xA4", "written \"%C3\""},
      {"https://h/a\r\n", "written \"%0D\""},
      {"https://h/$${a}", "the character '{', which is written \"%7B\""},
      {"https://h/\\", "written \"%5C\""},
      {"https://h/?a=\"", "written \"%22\""},
      {"https://h/%", "without two hexadecimal digits"},
      {"https://h/%4", "without two hexadecimal digits"},
      {"https://h/%${a}", "without two hexadecimal digits"},
      {"https://h/%4${a}", "without two hexadecimal digits"},
      {"https://h/?a=%g0", "without two hexadecimal digits"},
      {"https://h/%2e${a}", "in a path, which some take"},
      {"https://h/a%2Fb", "in a path, which some take"},
      {"https://h/../${a}", "\".\" and \"..\""},
      {"https://h/a/.", "\".\" and \"..\""},
      {"https://h/..;a/", "\".\" and \"..\""},
  };
  for (const auto& [text, why] : kRefusals) {
    EXPECT_THAT(refusal(UrlTemplate::parse(text)), HasSubstr(why)) << text;
  }
  EXPECT_THAT(refusal(UrlTemplate::parse("https://h/" + std::string(8192, 'a'))),
              HasSubstr("at most 8192 bytes"));
}

TEST(UrlTemplate, RefusesValuesThatCannotStandThere) {
  const JsonTree input =
      input_of(R"({"o":{},"l":[1],"z":"a\u0000","e":"","n":null,"d":".","s":"/"})");
  const std::pair<const char*, const char*> kRefusals[] = {
      {"https://h/a/${o}", "type o"},        {"https://h/?a=${l}", "type l"},
      {"https://h/?a=${z}", "pattern z"},    {"https://h/${e}", "required e"},
      {"https://h/${n}/b", "required n"},    {"https://h/a/${missing}", "required missing"},
      {"https://h/${e}${n}", "required e"},  {"https://h/${d}", "pattern d"},
      {"https://h/${d}${d}/a", "pattern d"}, {"https://h/.${d}", "pattern d"},
      {"https://h/.${e}", "pattern e"},      {"https://h/..${e};v=1", "pattern e"},
      {"https://h/.${d}${s}a", "pattern d"},
  };
  for (const auto& [text, why] : kRefusals) EXPECT_EQ(rendered(text, input), why) << text;
  EXPECT_EQ(rendered("https://h/${d}a", input), "https://h/.a");
  EXPECT_EQ(rendered("https://h/?${d}${d}", input), "https://h/?..");
}

TEST(UrlTemplate, IsBoundedAndNamesTheLargestField) {
  const auto url = UrlTemplate::parse("https://h/${a}?${b}&${c}");
  const auto with = [&url](size_t a, size_t b, size_t c) {
    return outcome(
        url->render(input_of(R"({"a":")" + std::string(a, 'x') + R"(","b":")" +
                             std::string(b, 'x') + R"(","c":")" + std::string(c, '/') + "\"}")));
  };
  const size_t rest = UrlTemplate::kMaxSize - std::string("https://h/?&").size();
  EXPECT_EQ(with(1, rest - 1, 0).size(), UrlTemplate::kMaxSize);
  EXPECT_EQ(with(1, rest, 0), "maxLength b");
  EXPECT_EQ(with(4000, 4100, 1000), "maxLength b");
  EXPECT_EQ(with(1, 1, 2731), "maxLength c");
  EXPECT_EQ(with(9000, 1, 1 << 20), "maxLength c");
}

TEST(UrlText, SeesDotSegmentsAsOthersDo) {
  for (const char* dots :
       {".",          "..",     "%2e",        "%2E%2e",   ".%2e",     "%252e%252E", "%25252525252e",
        "..%2Fa",     "a%2F..", "a%5c..%5cb", "..%5C",    "a%252f..", "..%3Bx",     "..;x",
        "a%2F.;b",    "%20..",  "..%20",      "..%0d%0a", "%09.",     "..%00",      "..%7F",
        "a%2F..%2Fb", "%%32e",  "%2%65",      "%25%32%65"}) {
    EXPECT_TRUE(has_dot_segment(dots)) << dots;
  }
  for (const char* plain : {"", "a", "...", "a.", ".a", "a..b", "..a", "a%2Fb", "%2", "%", "%zz",
                            "a%2F%2Fb", ".%2Ea", "%252", "a;.."}) {
    EXPECT_FALSE(has_dot_segment(plain)) << plain;
  }
}

}  // namespace
}  // namespace dataaction
