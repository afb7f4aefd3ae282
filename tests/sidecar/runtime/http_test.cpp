#include "sidecar/runtime/http.h"

#include <array>

#include "tests/sidecar/runtime/loop_fixture.h"

namespace dataaction {
namespace {

using HttpFetchTest = LoopTest;

TEST(HttpHeadersTest, NamesCompareWithoutCaseAndTheFirstIsFound) {
  HttpHeaders headers;
  headers.add("Retry-After", "3");
  headers.add("retry-after", "4");
  EXPECT_EQ(headers.find("RETRY-AFTER"), "3");
  EXPECT_EQ(headers.find("Retry"), std::nullopt);
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
}

TEST(HttpErrorTest, EachHasAName) {
  EXPECT_EQ(name_of(HttpError::kName), "name");
  EXPECT_EQ(name_of(HttpError::kCertificate), "certificate");
  EXPECT_EQ(name_of(HttpError::kTooLarge), "too_large");
  EXPECT_EQ(name_of(HttpError::kCancelled), "cancelled");
}

// Two pieces, then the end or a failure.
class PiecesTransport final : public HttpTransport {
 public:
  explicit PiecesTransport(bool fails) : fails_(fails) {}

  Task<HttpResult<std::unique_ptr<HttpExchange>>> open(const HttpRequest&) override {
    co_return std::make_unique<Exchange>(fails_);
  }

 private:
  class Exchange final : public HttpExchange {
   public:
    explicit Exchange(bool fails) : fails_(fails) { head_.status = 201; }
    const HttpHead& head() const override { return head_; }
    Task<HttpResult<std::string>> read() override {
      const std::array<std::string, 3> pieces = {"one ", "two", ""};
      const std::string piece = pieces.at(next_++);
      if (piece.empty() && fails_) {
        co_return std::unexpected(HttpFailure(HttpError::kBroken, true, "gone", std::nullopt));
      }
      co_return piece;
    }

   private:
    bool fails_;
    size_t next_ = 0;
    HttpHead head_;
  };

  bool fails_;
};

TEST_F(HttpFetchTest, IsTheHeadAndAllPieces) {
  PiecesTransport transport(false);
  const auto reply = run(fetch(transport, HttpRequest()));
  ASSERT_TRUE(reply.has_value());
  EXPECT_EQ(reply->head.status, 201);
  EXPECT_EQ(reply->body, "one two");
}

TEST_F(HttpFetchTest, AFailureBehindAPieceIsAFailure) {
  PiecesTransport transport(true);
  const auto reply = run(fetch(transport, HttpRequest()));
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().error, HttpError::kBroken);
}

}  // namespace
}  // namespace dataaction
