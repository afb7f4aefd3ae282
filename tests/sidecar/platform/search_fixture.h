// Searches on a platform that the test makes up: by their pages, and as the source that they are.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sidecar/platform/search_pages.h"
#include "sidecar/sources/search_stream.h"
#include "tests/sidecar/platform/fake_search.h"
#include "tests/sidecar/platform/platform_fixture.h"

namespace dataaction {

class SearchTest : public PlatformTest {
 protected:
  static constexpr int64_t kBegin = 1'600'000'000;

  SearchTest() {
    config.rate = 1'000'000;  // pacing has tests of its own
    api = [this](const HttpRequest& request) { return fake.answer(request); };
    search.platform = config.name;
    search.query = "status:completed";
    search.page_size = 2;
    search.interval = {.begin = kBegin, .end = kBegin + 1'000'000, .last = {}, .parameter = ""};
  }

  void TearDown() override {
    shared.reset();
    PlatformTest::TearDown();
  }

  // What a stream or pages gave, to the end or to a failure.
  struct Read {
    std::vector<std::string> ids;
    std::string text;  // the records
    Fetched end = Progress::kMore;
    std::optional<PlatformFailure> failure;
    std::string cursor;  // the last one
    std::vector<Clock::Duration> waits;
  };

  std::shared_ptr<Platform> share() {
    if (!shared) shared = std::make_shared<Platform>(config, services->all);
    return shared;
  }

  SearchRun run_from_the_beginning() const {
    SearchRun run;
    run.search = search;
    run.begin.backend = search.backend;
    run.begin.rest = {search.interval.begin, search.interval.end};
    run.max_record_size = 1 << 20;
    return run;
  }

  std::unique_ptr<SearchPages> pages(SearchRun run) {
    return make_search_pages(*share(), clock, std::move(run));
  }

  // All pages, then close().
  Read read_pages(SearchRun run) {
    Read read;
    const auto all = pages(std::move(run));
    run_through(read_pages(*all, read));
    return read;
  }

  ConversationSearch source() {
    auto query = SearchQuery::parse(search.backend, search.query);
    EXPECT_TRUE(query) << query.error();
    return {"calls", search, std::move(*query), share(), background, counters};
  }

  // A stream to its end, then close().
  Read read_stream(const StreamRequest& request) {
    ConversationSearch calls = source();
    auto stream = calls.open(request);
    EXPECT_TRUE(stream) << stream.error().message;
    Read read;
    run_through(read_stream(**stream, read));
    return read;
  }

  Task<> read_stream(SourceStream& stream, Read& read) {
    Slice slice;
    do {
      slice.clear();
      read.end = co_await stream.fetch(slice);
      read.text += slice.bytes;
      if (slice.records > 0) read.cursor = slice.cursor;
    } while (read.end == Progress::kMore);
    read.ids = ids_of(read.text);
    read.waits = waits;
    co_await stream.stop();
    co_await shielded(clock, SourceStream::kCloseTime, stream.close(read.end == Progress::kAll));
  }

  static std::vector<std::string> ids_of(std::string_view text) {
    static constexpr std::string_view kId = R"("conversationId":")";
    std::vector<std::string> ids;
    for (size_t at = text.find(kId); at != text.npos; at = text.find(kId, at)) {
      at += kId.size();
      ids.emplace_back(text.substr(at, text.find('"', at) - at));
    }
    return ids;
  }

  std::vector<std::string> all_ids() const {
    std::vector<std::string> ids;
    for (const auto& conversation : fake.conversations) ids.push_back(conversation.id);
    return ids;
  }

  // How often this was asked for: `METHOD PATH`.
  long asked_for(std::string_view what) const {
    return std::ranges::count_if(http.asked, [&](const FakeTransport::Asked& asked) {
      const HttpRequest& request = asked.request;
      return request.method + ' ' + request.url.substr(request.url.find('/', 8)) == what;
    });
  }

  FakeSearch fake;
  SearchSource search;
  CursorSeal seal{CursorSeal::Key{7}};
  const SearchBackground background{services->all, seal, {1, 2}, 1 << 20};
  std::shared_ptr<SourceCounters> counters = std::make_shared<SourceCounters>();
  std::shared_ptr<Platform> shared;

 private:
  static Task<> read_pages(SearchPages& pages, Read& read) {
    Page page;
    while (pages.after() && !read.failure) {
      const auto got = co_await pages.next(page);
      if (!got) {
        read.failure = got.error();
        break;
      }
      read.text += page.bytes;
    }
    read.ids = ids_of(read.text);
    co_await pages.close(false);
  }
};

}  // namespace dataaction
