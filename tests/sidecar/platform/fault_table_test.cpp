// The table of faults: what comes of each, at each place where the platform is asked. A row is a
// fault, how often it strikes, and where; then the outcome, the requests made there, the time that
// passed between them, and the message. Each pair of row and place is a test of its own.
//
// Left out, because they cannot be: pages without records, with records twice or with a cursor
// twice where there are no pages (token, submit, poll); cursors of details_query, which has none.
// The first page of a search has no cursor before it that could come twice; that of one that goes
// on has (search_stream_test.cpp).
//
// Chance is 0.5: the wait after the first attempt is half of 500 ms, then half of twice as much.

#include <gtest/gtest.h>

#include "core/json/json_writer.h"
#include "tests/sidecar/platform/fault_cell.h"

namespace dataaction {
namespace {

using enum PlatformFault;
using Headers = std::vector<std::pair<std::string, std::string>>;

const std::string kBroke = R"({"message":"It broke.","code":"it.broke","contextId":"c-1"})";
// Answers that do not say who they are have it in their head.
const Headers kNamed = {{"ININ-Correlation-Id", "c-2"}};
const std::string kName = ", correlation id c-2";
const std::string kSays = R"(, code it.broke, "It broke.", correlation id c-1; attempt )";

Fault status(std::string name, int status, Headers headers = {}, std::string body = kBroke) {
  return {std::move(name), [=](const auto&) { return make_reply(status, body, headers); }};
}

Fault failing(std::string name, HttpError error, bool sent, int latency_ms = 0) {
  return {std::move(name),
          [=](const auto&) {
            return HttpResult<HttpReply>(std::unexpected(make_failure(error, sent)));
          },
          latency_ms};
}

Fault failing_behind_the_head(std::string name, HttpError error) {
  return {std::move(name), [=](const auto&) {
            HttpFailure failure = make_failure(error, true);
            failure.head = make_reply(200, "", kNamed).head;
            return HttpResult<HttpReply>(std::unexpected(std::move(failure)));
          }};
}

Fault body(std::string name, std::function<std::string(std::string)> change) {
  return {std::move(name), [=](const auto& right) {
            HttpReply good = right();
            good.head.headers.add("ININ-Correlation-Id", "c-2");
            good.body = change(std::move(good.body));
            return good;
          }};
}

std::string json(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

// The first and second cursor, as they stand in a page.
const std::string kSecond = json(FakeSearch::cursor_to(2));
const std::string kThird = json(FakeSearch::cursor_to(4));

std::string repeat_cursor(std::string page) {
  const size_t at = page.find(kThird);
  return at == page.npos ? page : page.replace(at, kThird.size(), kSecond);
}

std::string repeat_records(std::string page) {
  const size_t begin = page.find('[') + 1;
  const std::string records = page.substr(begin, page.find(']') - begin);
  return page.insert(begin, records + ',');
}

std::string remove_records(std::string page) {
  const size_t begin = page.find('[') + 1;
  return page.erase(begin, page.find(']') - begin);
}

// Each has a cursor of its own, or a total that is far away, and there is always one more.
Fault empty_pages(std::string list, std::string announced) {
  const auto number = std::make_shared<int>(0);
  const auto answer = [=](const auto&) {
    const std::string more = json("more " + std::to_string(++*number));
    const std::string value = announced == "totalHits" ? "90000" : more;
    return make_reply(200, "{" + json(list) + ":[]," + json(announced) + ':' + value + "}", kNamed);
  };
  return {"EmptyPages", answer, 0, true};
}

// clang-format off
const Fault k429Seconds   = status("429Seconds", 429, {{"Retry-After", "7"}});
const Fault k429Date      = status("429Date", 429, {{"Retry-After", "Tue, 14 Nov 2023 22:13:30 GMT"}});
const Fault k429AtOnce    = status("429AtOnce", 429, {{"Retry-After", "0"}});
const Fault k429Bare      = status("429Bare", 429);
const Fault k429Slow      = status("429Slow", 429, {{"Retry-After", "40"}});
const Fault k429TooLong   = status("429TooLong", 429, {{"Retry-After", "3600"}});
const Fault k400RateLimit = status("400RateLimit", 400, {}, R"({"error":"invalid_request","error_description":"rate limit exceeded; later"})");
const Fault kBadClient    = status("400InvalidClient", 400, {}, R"({"error":"invalid_client","description":"client not found"})");
const Fault k401          = status("401", 401);
const Fault k403          = status("403", 403);
const Fault k404          = status("404", 404);
const Fault k408          = status("408", 408);
const Fault k500          = status("500", 500);
const Fault k502          = status("502", 502);
const Fault k503          = status("503", 503);
const Fault k503Seconds   = status("503Seconds", 503, {{"Retry-After", "7"}});
const Fault k504          = status("504", 504);
const Fault kRedirect     = status("302", 302, {{"Location", "https://elsewhere.example.com/"}}, "");
const Fault kConnection   = failing("ConnectionRefused", HttpError::kConnect, false);
const Fault kHostName     = failing("NameNotFound", HttpError::kName, false);
const Fault kHandshake    = failing("TlsHandshake", HttpError::kTls, false);
const Fault kCertificate  = failing("BadCertificate", HttpError::kCertificate, false);
const Fault kStall        = failing("Stall", HttpError::kStall, true, 30'000);
const Fault kReset        = failing_behind_the_head("ResetInMidBody", HttpError::kBroken);
const Fault kResetUnsent  = failing("ResetBeforeTheRequest", HttpError::kBroken, false);
const Fault kTooLarge     = failing_behind_the_head("BodyBeyondTheCap", HttpError::kTooLarge);
const Fault kNotHttp      = failing("NotHttp", HttpError::kProtocol, true);
const Fault kTruncated    = body("TruncatedJson", [](const std::string& good) { return good.substr(0, 5); });
const Fault kInvalid      = body("InvalidJson", [](const std::string& good) { return "{\"a\":tru," + good.substr(1); });
const Fault kHtml         = body("Html", [](const std::string&) { return "<html>It works!</html>"; });
const Fault kEmptyBody    = body("EmptyBody", [](const std::string&) { return ""; });
const Fault kErrorIn200   = body("ErrorIn200", [](const std::string&) { return R"({"error":"server_error","message":"No."})"; });
const Fault kRepeated     = body("RepeatedCursor", repeat_cursor);
const Fault kDuplicates   = body("DuplicateRecords", repeat_records);
const Fault kNoRecords    = body("NoRecords", remove_records);
const Fault kEmptyPages   = empty_pages("results", "nextPage");
const Fault kEmptyResults = empty_pages("conversations", "cursor");
const Fault kEmptyHits    = empty_pages("conversations", "totalHits");

const std::string kNoHelp = ": another attempt would not help";
const std::string kNoneLeft = ": no attempt is left";
const std::string kNotThat = "@not what was asked for: ";
const std::string kNotTwice = ": it may have been done and must not be done twice";

const std::vector<Row> kTable = {
// fault          times     places                outcome       attempts waits                      message
{k429Seconds,    1,        kAll,                 kDone,         2, {7000}},
{k429Seconds,    kForEver, kAll,                 kRateLimited,  5, {7000, 7000, 7000, 7000},        "@status 429" + kSays + "5" + kNoneLeft},
{k429Date,       1,        kAll,                 kDone,         2, {10000}},
{k429Date,       kForEver, kAll,                 kRateLimited,  5, {10000, 1000, 1000, 1000},       "@status 429" + kSays + "5" + kNoneLeft},
{k429AtOnce,     kForEver, kAll,                 kRateLimited,  5, {0, 1000, 1000, 1000},           "@status 429" + kSays + "5" + kNoneLeft},
{k429Bare,       1,        kAll,                 kDone,         2, {250}},
{k429Bare,       kForEver, kAll,                 kRateLimited,  5, {250, 1000, 1000, 2000},         "@status 429" + kSays + "5" + kNoneLeft},
{k429Slow,       kForEver, kAll,                 kRateLimited,  3, {40000, 40000},                  "@status 429" + kSays + "3: no time is left for another attempt"},
{k429TooLong,    kForEver, kAll,                 kRateLimited,  1, {},                              "@status 429" + kSays + "1: the wait that is asked for is too long"},
{k400RateLimit,  1,        kToken,               kDone,         2, {250}},
{k400RateLimit,  kForEver, kToken,               kRateLimited,  5, {250, 1000, 1000, 2000},         "@status 400, code invalid_request, \"rate limit exceeded; later\"; attempt 5" + kNoneLeft},
{k400RateLimit,  1,        kCalls,               kRefused,      1, {},                              "@status 400, code invalid_request, \"rate limit exceeded; later\"; attempt 1" + kNoHelp},
{kBadClient,     1,        kToken,               kCredentials,  1, {},                              "@status 400, code invalid_client; attempt 1" + kNoHelp},
{k401,           1,        kCalls,               kDone,         2, {}},
{k401,           kForEver, kCalls,               kCredentials,  2, {},                              "@status 401" + kSays + "2" + kNoHelp},
{k401,           kForEver, kToken,               kCredentials,  1, {},                              "@status 401" + kSays + "1" + kNoHelp},
{k403,           1,        kCalls,               kRefused,      1, {},                              "@status 403" + kSays + "1" + kNoHelp},
{k403,           1,        kToken,               kCredentials,  1, {},                              "@status 403" + kSays + "1" + kNoHelp},
{k404,           1,        kCalls,               kRefused,      1, {},                              "@status 404" + kSays + "1" + kNoHelp},
{k404,           1,        kToken,               kCredentials,  1, {},                              "@status 404" + kSays + "1" + kNoHelp},
{kRedirect,      1,        kCalls,               kRefused,      1, {},                              "@status 302; attempt 1" + kNoHelp},
{k408,           1,        kReads,               kDone,         2, {250}},
{k408,           1,        kSubmit,              kRefused,      1, {},                              "@status 408" + kSays + "1" + kNotTwice},
{k500,           1,        kAll,                 kServer,       1, {},                              "@status 500" + kSays + "1" + kNoHelp},
{k502,           1,        kReads,               kDone,         2, {250}},
{k502,           kForEver, kReads,               kServer,       5, {250, 500, 1000, 2000},          "@status 502" + kSays + "5" + kNoneLeft},
{k502,           1,        kSubmit,              kServer,       1, {},                              "@status 502" + kSays + "1" + kNotTwice},
{k503,           1,        kReads,               kDone,         2, {250}},
{k503,           kForEver, kReads,               kServer,       5, {250, 500, 1000, 2000},          "@status 503" + kSays + "5" + kNoneLeft},
{k503,           1,        kSubmit,              kServer,       1, {},                              "@status 503" + kSays + "1" + kNotTwice},
{k503Seconds,    1,        kAll,                 kDone,         2, {7000}},
{k503Seconds,    kForEver, kAll,                 kServer,       5, {7000, 7000, 7000, 7000},        "@status 503" + kSays + "5" + kNoneLeft},
{k504,           1,        kReads,               kDone,         2, {250}},
{k504,           kForEver, kReads,               kServer,       5, {250, 500, 1000, 2000},          "@status 504" + kSays + "5" + kNoneLeft},
{k504,           1,        kSubmit,              kServer,       1, {},                              "@status 504" + kSays + "1" + kNotTwice},
{kConnection,    1,        kAll,                 kDone,         2, {250}},
{kConnection,    kForEver, kAll,                 kUnreachable,  5, {250, 500, 1000, 2000},          "@connect (as scripted); attempt 5" + kNoneLeft},
{kHostName,      1,        kAll,                 kDone,         2, {250}},
{kHostName,      kForEver, kAll,                 kUnreachable,  5, {250, 500, 1000, 2000},          "@name (as scripted); attempt 5" + kNoneLeft},
{kHandshake,     1,        kAll,                 kDone,         2, {250}},
{kHandshake,     kForEver, kAll,                 kUnreachable,  5, {250, 500, 1000, 2000},          "@tls (as scripted); attempt 5" + kNoneLeft},
{kCertificate,   1,        kAll,                 kUnreachable,  1, {},                              "@certificate (as scripted); attempt 1" + kNoHelp},
{kStall,         1,        kReads,               kDone,         2, {30000, 250}},
{kStall,         kForEver, kPages | kPoll,       kTimeout,      4, {30000, 250, 30000, 500, 30000, 1000, 28250}, "@not done in 120000 ms (@stall (as scripted))"},
{kStall,         kForEver, kToken,               kTimeout,      4, {30000, 250, 30000, 500, 30000, 1000, 28250}, "platform main, search: not done in 120000 ms (@stall (as scripted))"},
{kStall,         1,        kSubmit,              kUnreachable,  1, {30000},                         "@stall (as scripted); attempt 1" + kNotTwice},
{kReset,         1,        kReads,               kDone,         2, {250}},
{kReset,         kForEver, kReads,               kUnreachable,  5, {250, 500, 1000, 2000},          "@broken (as scripted)" + kName + "; attempt 5" + kNoneLeft},
{kReset,         1,        kSubmit,              kUnreachable,  1, {},                              "@broken (as scripted)" + kName + "; attempt 1" + kNotTwice},
{kResetUnsent,   1,        kAll,                 kDone,         2, {250}},
{kResetUnsent,   kForEver, kAll,                 kUnreachable,  5, {250, 500, 1000, 2000},          "@broken (as scripted); attempt 5" + kNoneLeft},
{kTooLarge,      1,        kAll,                 kMalformed,    1, {},                              "@too_large (as scripted)" + kName + "; attempt 1" + kNoHelp},
{kNotHttp,       1,        kAll,                 kMalformed,    1, {},                              "@protocol (as scripted); attempt 1" + kNoHelp},
{kTruncated,     1,        kToken,               kMalformed,    1, {},                              "@the token endpoint answered 200 with a body that is no JSON object, or says something twice" + kName},
{kTruncated,     1,        kPages | kPoll,       kMalformed,    1, {},                              kNotThat + "byte 5: the text ends where the end of a string should be; status 200" + kName},
{kTruncated,     1,        kSubmit,              kMalformed,    1, {},                              kNotThat + "byte 5: the text ends where the end of a string should be; status 202" + kName},
{kInvalid,       1,        kToken,               kMalformed,    1, {},                              "@the token endpoint answered 200 with a body that is no JSON object, or says something twice" + kName},
{kInvalid,       1,        kPages | kPoll,       kMalformed,    1, {},                              kNotThat + "byte 5: a value expected; status 200" + kName},
{kInvalid,       1,        kSubmit,              kMalformed,    1, {},                              kNotThat + "byte 5: a value expected; status 202" + kName},
{kHtml,          1,        kToken,               kMalformed,    1, {},                              "@the token endpoint answered 200 with a body that is no JSON object, or says something twice" + kName},
{kHtml,          1,        kPages | kPoll,       kMalformed,    1, {},                              kNotThat + "byte 0: { expected; status 200" + kName},
{kHtml,          1,        kSubmit,              kMalformed,    1, {},                              kNotThat + "byte 0: { expected; status 202" + kName},
{kEmptyBody,     1,        kToken,               kMalformed,    1, {},                              "@the token endpoint answered 200 with a body that is no JSON object, or says something twice" + kName},
{kEmptyBody,     1,        kPages | kPoll,       kMalformed,    1, {},                              kNotThat + "byte 0: the text ends where { should be; status 200" + kName},
{kEmptyBody,     1,        kSubmit,              kMalformed,    1, {},                              kNotThat + "byte 0: the text ends where { should be; status 202" + kName},
{kErrorIn200,    1,        kToken,               kMalformed,    1, {},                              "@the token endpoint answered 200 server_error (No.)" + kName},
{kErrorIn200,    1,        kPages,               kMalformed,    1, {},                              kNotThat + "byte 9: the answer is an error; status 200, code server_error, \"No.\"" + kName},
{kErrorIn200,    1,        kPoll,                kMalformed,    1, {},                              kNotThat + "byte 0: no \"state\"; status 200, code server_error, \"No.\"" + kName},
{kErrorIn200,    1,        kSubmit,              kMalformed,    1, {},                              kNotThat + "byte 0: no \"jobId\"; status 202, code server_error, \"No.\"" + kName},
{kRepeated,      1,        kTutorialLater | kResultsLater, kMalformed, 1, {},                       kNotThat + "a cursor came twice; status 200" + kName},
{kDuplicates,    1,        kPages,               kDone,         1, {}},
{kNoRecords,     1,        kTutorialFirst | kQueryFirst | kResultsFirst, kDone, 1, {},                            "", "2345"},
{kNoRecords,     1,        kLater, kDone, 1, {},                            "", "0145"},
{kEmptyPages,    kForEver, kTutorial,            kMalformed,   11, {},                              kNotThat + "page after page is empty; status 200" + kName},
{kEmptyHits,     kForEver, kQuery,               kMalformed,   11, {},                              kNotThat + "page after page is empty; status 200" + kName},
{kEmptyResults,  kForEver, kResults,             kMalformed,   11, {},                              kNotThat + "page after page is empty; status 200" + kName},
};
// clang-format on

std::vector<Cell> cells() {
  std::vector<Cell> cells;
  for (const Row& row : kTable) {
    for (unsigned place = 1; place <= kResultsLater; place *= 2) {
      if ((row.places & place) != 0) cells.push_back({&row, static_cast<Place>(place)});
    }
  }
  return cells;
}

TEST_P(FaultTest, EndsAsTheTableSays) {
  run_and_check();
}

INSTANTIATE_TEST_SUITE_P(Table, FaultTest, ::testing::ValuesIn(cells()),
                         [](const auto& info) { return name_of(info.param); });

}  // namespace
}  // namespace dataaction
