#include "core/search/page_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

constexpr size_t kMaxRecord = 1000;
constexpr auto kTutorial = SearchBackend::kTutorialSearch;
constexpr auto kQuery = SearchBackend::kDetailsQuery;
constexpr auto kJobs = SearchBackend::kDetailsJobs;

Page page_of(SearchBackend backend, std::string_view body, size_t max_record = kMaxRecord) {
  Page page;
  const auto read = read_page(backend, body, max_record, page);
  EXPECT_TRUE(read) << read.error().what << " at " << read.error().offset;
  return page;
}

std::string fault(SearchBackend backend, std::string_view body, size_t max_record = kMaxRecord) {
  Page page;
  page.bytes = "from before";
  const auto read = read_page(backend, body, max_record, page);
  EXPECT_EQ(page.size(), 0u);
  EXPECT_EQ(page.bytes + page.ids + page.cursor, "");
  return read ? "" : std::to_string(read.error().offset) + ": " + read.error().what;
}

TEST(PageReader, ReadsTheTutorialsPage) {
  const Page page = page_of(kTutorial, R"({
    "page": 1, "pageSize": 200, "total": 1542,
    "nextPage": "eyJwYWdlIjoyLCJzaXplIjoyMDB9",
    "results": [
      {"type": "conversation", "id": "c-1", "conversationId": "c-2", "fields": {"n": 142}},
      {"id": "c-3"}
    ]})");
  ASSERT_EQ(page.size(), 2u);
  EXPECT_EQ(page.record(0),
            R"({"type":"conversation","id":"c-1","conversationId":"c-2","fields":{"n":142}})"
            "\n");
  EXPECT_EQ(page.record(1), "{\"id\":\"c-3\"}\n");
  EXPECT_EQ(page.bytes, std::string(page.record(0)) + std::string(page.record(1)));
  EXPECT_EQ(page.id(0), "c-2");
  EXPECT_EQ(page.id(1), "c-3");
  EXPECT_EQ(page.cursor, R"("eyJwYWdlIjoyLCJzaXplIjoyMDB9")");
  EXPECT_EQ(page.total, 1542u);
}

TEST(PageReader, ReadsPagesOfDetails) {
  const Page query =
      page_of(kQuery, R"({"conversations":[{"conversationId":"a"}],"totalHits":7,"cursor":5})");
  EXPECT_EQ(query.bytes, "{\"conversationId\":\"a\"}\n");
  EXPECT_EQ(query.total, 7u);
  EXPECT_EQ(query.cursor, "");

  const Page jobs = page_of(kJobs, R"({"conversations":[{"conversationId":"a"}],"cursor":"x",
      "dataAvailabilityDate":"2024-05-12T14:32:18Z","totalHits":"no part of this backend"})");
  EXPECT_EQ(jobs.size(), 1u);
  EXPECT_EQ(jobs.cursor, "x");
  EXPECT_EQ(jobs.total, std::nullopt);
}

TEST(PageReader, LastPages) {
  for (const std::string_view last :
       {R"({"conversations":[],"totalHits":0})", R"({"conversations":null,"totalHits":3})",
        R"({"totalHits":3,"error":null})", "{}"}) {
    EXPECT_EQ(page_of(kQuery, last).size(), 0u) << last;
  }
  EXPECT_EQ(page_of(kJobs, R"({"cursor":null})").cursor, "");
  EXPECT_EQ(page_of(kTutorial, R"({"results":[],"nextPage":""})").cursor, "");
  EXPECT_EQ(page_of(kTutorial, R"({"results":[],"nextPage":null,"total":null})").cursor, "");
  EXPECT_EQ(page_of(kTutorial, R"({"nextPage":"x\u0041","results":[]})").cursor, R"("x\u0041")");
  EXPECT_EQ(page_of(kTutorial, R"({"nextPage": 2 ,"results":[]})").cursor, "2");
  EXPECT_EQ(page_of(kTutorial, R"({"nextPage":-1.50e400,"results":[]})").cursor, "-1.50e400");
}

TEST(PageReader, RecordsPassAsTheyCame) {
  const std::string number = "-" + std::string(400, '7') + ".50e9999";
  const std::string record = R"({"z":)" + number +
                             R"(,"a":"\u0041\/ \ud83d\ude00","a":[{},[],true,null,1.0],)"
                             "\"\xC3\xA9\":\"\x7F\",\"id\":1}";
  const Page page = page_of(kQuery, R"({"conversations":[)" + record + "]}");
  EXPECT_EQ(page.bytes, record + "\n");
}

TEST(PageReader, WhiteSpaceGoes) {
  const Page page = page_of(kQuery,
                            "\r\n{ \"conversations\" : [ \t{\n\"a b\" : [ 1 , \" \" ] ,\n"
                            " \"c\" : { }\n}\n , {\n}\n ]\n }\n ");
  EXPECT_EQ(page.bytes, "{\"a b\":[1,\" \"],\"c\":{}}\n{}\n");
}

TEST(PageReader, FindsTheId) {
  const auto id = [](std::string_view record) {
    const Page page = page_of(kQuery, R"({"conversations":[)" + std::string(record) + "]}");
    EXPECT_EQ(page.size(), 1u);
    return std::string(page.id(0));
  };
  EXPECT_EQ(id(R"({"id":"i","conversationId":"c"})"), "c");
  EXPECT_EQ(id(R"({"id":"i"})"), "i");
  EXPECT_EQ(id(R"({"conversationId":null,"id":"i"})"), "i");
  EXPECT_EQ(id(R"({"conversationId":7,"id":"i"})"), "i");
  EXPECT_EQ(id(R"({"conversationId":"","id":"i"})"), "i");
  EXPECT_EQ(id(R"({"conversationId":"first","conversationId":"second"})"), "first");
  EXPECT_EQ(id(R"({"conversation\u0049d":"a\u0042\n"})"), "aB\n");
  EXPECT_EQ(id(R"({"inner":{"conversationId":"c"},"list":[{"id":"i"}]})"), "");
  EXPECT_EQ(id(R"({})"), "");
  EXPECT_EQ(id(R"({"id":7})"), "");
  const std::string longest(kMaxIdSize, 'x');
  EXPECT_EQ(id(R"({"id":")" + longest + R"("})"), longest);
  EXPECT_EQ(id(R"({"id":"x)" + longest + R"("})"), "");
}

TEST(PageReader, CursorsStayAsTheyAre) {
  const Page page = page_of(kJobs, R"({"cursor":"a+/= \u00e9\"\\\u0000%2B"})");
  EXPECT_EQ(page.cursor, std::string("a+/= \xC3\xA9\"\\\0%2B", 13));
}

TEST(PageReader, WrongTypes) {
  EXPECT_EQ(fault(kTutorial, "[]"), "0: { expected");
  EXPECT_EQ(fault(kTutorial, ""), "0: the text ends where { should be");
  EXPECT_EQ(fault(kTutorial, R"({"results":{}})"), R"(11: "results" is not a list)");
  EXPECT_EQ(fault(kTutorial, R"({"results":null})"), R"(0: "results" is missing)");
  EXPECT_EQ(fault(kTutorial, "{}"), R"(0: "results" is missing)");
  EXPECT_EQ(fault(kTutorial, R"({"results":[{},[]]})"), "15: record 2 is not an object");
  EXPECT_EQ(fault(kTutorial, R"({"results":[null]})"), "12: record 1 is not an object");
  EXPECT_EQ(fault(kTutorial, R"({"results":[],"nextPage":{}})"),
            R"(25: "nextPage" is not a string or a number)");
  EXPECT_EQ(fault(kTutorial, R"({"results":[],"nextPage":true})"),
            R"(25: "nextPage" is not a string or a number)");
  EXPECT_EQ(fault(kTutorial, R"({"results":[],"total":-1})"),
            R"(22: "total" is not a whole number)");
  EXPECT_EQ(fault(kQuery, R"({"totalHits":"7"})"), R"(13: "totalHits" is not a whole number)");
  EXPECT_EQ(fault(kQuery, R"({"totalHits":18446744073709551616})"),
            R"(13: "totalHits" is not a whole number)");
  EXPECT_EQ(fault(kJobs, R"({"conversations":7})"), R"(17: "conversations" is not a list)");
  EXPECT_EQ(fault(kJobs, R"({"cursor":[]})"), R"(10: "cursor" is not a string)");
  EXPECT_EQ(fault(kJobs, R"({"cursor":"a","cursor":"b"})"), R"(23: "cursor" appears twice)");
  EXPECT_EQ(fault(kQuery, R"({"conversations":[{}],"conversations":[]})"),
            R"(38: "conversations" appears twice)");
}

TEST(PageReader, ErrorsThatCameAsPages) {
  constexpr std::string_view kError = R"({"error":"invalid_request"})";
  constexpr std::string_view kMessage = R"({"message":"no","code":"internal","status":500})";
  EXPECT_EQ(fault(kTutorial, kError), "9: the answer is an error");
  EXPECT_EQ(fault(kQuery, kError), "9: the answer is an error");
  EXPECT_EQ(fault(kTutorial, kMessage), "0: the answer is an error");
  EXPECT_EQ(fault(kQuery, kMessage), "0: the answer is an error");
  EXPECT_EQ(fault(kJobs, R"({"code":"x"})"), "0: the answer is an error");
  EXPECT_EQ(fault(kTutorial, R"({"results":[{"id":"x"}],"error":{}})"),
            "32: the answer is an error");
  EXPECT_EQ(page_of(kQuery, R"({"conversations":[{}],"message":"all is well"})").size(), 1u);
}

TEST(PageReader, MalformedPagesGiveNothing) {
  EXPECT_EQ(fault(kTutorial, "<html><body>502</body></html>"), "0: { expected");
  constexpr std::string_view kPage =
      R"({"results":[{"id":"a","x":[1,true]},{"id":"b"}],"nextPage":"c","total":2})";
  EXPECT_EQ(page_of(kTutorial, kPage).size(), 2u);
  for (size_t size = 0; size < kPage.size(); ++size) {
    EXPECT_NE(fault(kTutorial, kPage.substr(0, size)), "") << size;
  }
  EXPECT_NE(fault(kTutorial, std::string(kPage) + "}"), "");
  EXPECT_NE(fault(kQuery, R"({"conversations":[{"c":tru}]})"), "");
  EXPECT_NE(fault(kQuery, R"({"conversations":[{"c":1}],"unknown":{"c":tru}})"), "");
  EXPECT_NE(fault(kQuery, R"({"conversations":[{"c":"\ud800"}]})"), "");
  EXPECT_NE(fault(kQuery, "{\"conversations\":[{\"c\":\"\xFF\"}]}"), "");
}

TEST(PageReader, RecordsHaveABound) {
  const std::string body = R"({"conversations":[{"id":"a"},{"id": "b\n", "x":"12345"}]})";
  EXPECT_EQ(page_of(kQuery, body, 24).size(), 2u);
  EXPECT_EQ(fault(kQuery, body, 23),
            R"(29: record 2, "b\n", is larger than max_record_size, 23 bytes)");
  EXPECT_EQ(fault(kQuery, R"({"conversations":[{}]})", 1),
            "18: record 1 is larger than max_record_size, 1 bytes");
}

TEST(PageReader, APageIsUsedAgain) {
  Page page;
  ASSERT_TRUE(read_page(kJobs, R"({"conversations":[{"id":"a"},{"id":"b"}],"cursor":"c"})",
                        kMaxRecord, page));
  ASSERT_TRUE(read_page(kJobs, R"({"conversations":[{"x":1}]})", kMaxRecord, page));
  EXPECT_EQ(page.size(), 1u);
  EXPECT_EQ(page.record(0), "{\"x\":1}\n");
  EXPECT_EQ(page.id(0), "");
  EXPECT_EQ(page.cursor, "");
}

}  // namespace
}  // namespace dataaction
