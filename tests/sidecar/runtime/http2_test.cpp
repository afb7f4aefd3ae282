#include <set>

#include "tests/sidecar/runtime/http_fixture.h"
#include "tests/sidecar/scratch.h"
#include "tests/sidecar/support/http2_server.h"

namespace dataaction {
namespace {

using ::testing::StartsWith;

class Http2Test : public HttpTest {
 protected:
  HttpRequest request(const std::string& path) const {
    HttpRequest request = request_for(server.url(path));
    request.ca_file = ca_file;
    return request;
  }

  TestAuthority authority;
  Scratch scratch;
  std::string ca_file = scratch.write("ca.pem", authority.certificate_pem());
  Http2Server server{authority};
};

TEST_F(Http2Test, ManyTransfersAtATimeHaveOneConnection) {
  const HttpRequest request = this->request("/");
  std::multiset<std::string> answers;
  const auto one = [](HttpClient& client, const HttpRequest& request,
                      std::multiset<std::string>& answers) -> Task<> {
    answers.insert(text_of(co_await fetch(client, request)));
  };
  TaskGroup group(scope, 50);
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(group.spawn(one(*client, request, answers)));
  loop.run();
  ASSERT_EQ(answers.size(), 50U);
  EXPECT_THAT(*answers.begin(), StartsWith("200 HTTP/2.0 "));
  EXPECT_EQ(answers.count(*answers.begin()), 50U);
}

TEST_F(Http2Test, ABodyIsRead) {
  const auto reply = run(fetch(*client, request("/file")));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->body.size(), Http2Server::kFileSize);
}

TEST_F(Http2Test, AStreamThatIsDroppedLeavesItsConnectionToOthers) {
  const HttpRequest file = request("/file");
  const HttpRequest small = request("/");
  const auto flow = [&]() -> Task<> {
    const auto before = co_await fetch(*client, small);
    const auto drop = [](HttpClient& client, const HttpRequest& file) -> Task<> {
      EXPECT_TRUE((co_await client.open(file)).has_value());
    };
    co_await drop(*client, file);
    EXPECT_EQ(text_of(co_await fetch(*client, small)), text_of(before));
  };
  run(flow());
}

TEST_F(Http2Test, AConnectionOfItsOwnIsNotHttp2) {
  HttpRequest own = request("/");
  own.own_connection = true;
  EXPECT_THAT(text_of(run(fetch(*client, own))), StartsWith("200 HTTP/1.1 "));
}

TEST_F(Http2Test, ABodyWithAConnectionOfItsOwnHoldsUpNobody) {
  HttpRequest file = request("/file");
  file.own_connection = true;
  const HttpRequest small = request("/");
  const auto flow = [&]() -> Task<> {
    EXPECT_THAT(text_of(co_await fetch(*client, small)), StartsWith("200 HTTP/2.0"));
    auto exchange = co_await client->open(file);
    for (int i = 0; i < 1000; ++i) static_cast<void>(co_await yield());
    EXPECT_THAT(text_of(co_await fetch(*client, small)), StartsWith("200 HTTP/2.0"));
    size_t size = 0;
    for (auto piece = co_await (*exchange)->read(); piece && !piece->empty();
         piece = co_await (*exchange)->read()) {
      size += piece->size();
    }
    EXPECT_EQ(size, Http2Server::kFileSize);
  };
  run(flow());
}

}  // namespace
}  // namespace dataaction
