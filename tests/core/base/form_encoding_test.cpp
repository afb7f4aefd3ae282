#include "core/base/form_encoding.h"

#include <gtest/gtest.h>

namespace dataaction {
namespace {

std::string field(std::string_view name, std::string_view value) {
  std::string out;
  append_form_field(out, name, value);
  return out;
}

std::string url(std::string_view value) {
  std::string out;
  append_url_encoded(out, value);
  return out;
}

TEST(FormEncoding, WhatNeedsNoEscapeStays) {
  EXPECT_EQ(field("client_id", "9f0c-AZ.09*"), "client_id=9f0c-AZ.09*");
}

TEST(FormEncoding, EverythingElseIsEscaped) {
  EXPECT_EQ(field("a b", "x&y=z+%\n"), "a%20b=x%26y%3Dz%2B%25%0A");
  EXPECT_EQ(field("s", std::string_view("\xC3\xA9\0", 3)), "s=%C3%A9%00");
}

TEST(FormEncoding, FieldsAreJoined) {
  std::string out = "grant_type=client_credentials";
  append_form_field(out, "scope", "search:query");
  EXPECT_EQ(out, "grant_type=client_credentials&scope=search%3Aquery");
}

TEST(UrlEncoding, OnlyTheUnreservedStay) {
  EXPECT_EQ(url("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(url("../a?b#c*"), "..%2Fa%3Fb%23c%2A");
}

}  // namespace
}  // namespace dataaction
