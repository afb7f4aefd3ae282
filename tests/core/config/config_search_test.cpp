#include <gtest/gtest.h>

#include <string>

#include "tests/core/config/config_mistakes.h"

namespace dataaction {
namespace {

using std::chrono::days;
using std::chrono::seconds;

constexpr const char* kGenesys =
    "platform g { region us-east-1; client_id i; client_secret_file s; }";
constexpr const char* kTutorial =
    " platform t { api_url http://[::1]; dialect tutorial; client_id i; client_secret_file s; }";

// `directives` stand at line 2; the platforms `g` and `t` after them.
std::string with_platforms(const std::string& directives) {
  return "source a { " + directives + " }\n" + kGenesys + kTutorial;
}

SearchSource search_of(const std::string& directives) {
  const Config config = config_of(with_platforms(directives));
  const SourceConfig* source = config.find_source("a");
  return source != nullptr ? std::get<SearchSource>(source->kind) : SearchSource();
}

TEST(Search, OfTheDetailsHasDefaults) {
  const SearchSource search = search_of("search g 'status:completed'; last 1d;");
  EXPECT_EQ(search.platform, "g");
  EXPECT_EQ(search.query, "status:completed");
  EXPECT_EQ(search.backend, SearchBackend::kDetailsQuery);
  EXPECT_EQ(search.max_results, 0u);
  EXPECT_EQ(search.page_size, 100u);
  EXPECT_EQ(search.sort_field, "");
  EXPECT_FALSE(search.ascending);
  EXPECT_EQ(search.interval.last, days(1));
  EXPECT_EQ(search.dedup_window, 4'000'000u);
}

TEST(Search, HasItsQueryInAFile) {
  const SearchSource search = search_of("search g; body a.json; last 1d;");
  EXPECT_EQ(search.body_file, "a.json");
  EXPECT_EQ(search.query, "");
}

TEST(Search, OfTheTutorialHasDefaults) {
  const SearchSource search = search_of("search t 'status:completed';");
  EXPECT_EQ(search.backend, SearchBackend::kTutorialSearch);
  EXPECT_EQ(search.page_size, 200u);
  EXPECT_FALSE(search.interval.given());
}

TEST(Search, TakesEveryDirectiveInAnyOrder) {
  const SearchSource search = search_of(
      "dedup_window 1000; interval 2024-01-01T00:00:00Z/2024-01-02T00:00:00Z;"
      "sort conversationEnd asc; page_size 1000; max_results 500; backend details_jobs;"
      "search g 'channelType:voice';");
  EXPECT_EQ(search.backend, SearchBackend::kDetailsJobs);
  EXPECT_EQ(search.max_results, 500u);
  EXPECT_EQ(search.page_size, 1000u);
  EXPECT_EQ(search.sort_field, "conversationEnd");
  EXPECT_TRUE(search.ascending);
  EXPECT_EQ(search.interval.begin, 1'704'067'200);
  EXPECT_EQ(search.interval.end, 1'704'153'600);
  EXPECT_EQ(search.interval.last, seconds(0));
  EXPECT_EQ(search.dedup_window, 1000u);
}

TEST(Search, SortsUpwardsUnlessTold) {
  EXPECT_TRUE(search_of("search t x; sort timestamp;").ascending);
  EXPECT_FALSE(search_of("search t x; sort timestamp desc;").ascending);
}

TEST(Search, HasThePageOfItsBackend) {
  EXPECT_EQ(search_of("search g 'status:completed'; last 1h; backend details_jobs;").page_size,
            1000u);
  EXPECT_EQ(search_of("search g 'status:completed'; last 1h; backend details_query;").page_size,
            100u);
  EXPECT_EQ(search_of("search t x; page_size 1; backend tutorial_search;").page_size, 1u);
}

TEST(Search, TakesItsIntervalFromTheRequest) {
  const SearchSource search = search_of("search g 'status:completed'; interval :between;");
  EXPECT_EQ(search.interval.parameter, "between");
  EXPECT_TRUE(search.interval.given());
}

TEST(Search, RunsInTheSidecar) {
  const Config config = config_of(with_platforms("\nsearch t x;"));
  const SourceConfig* source = config.find_source("a");
  ASSERT_TRUE(source);
  EXPECT_TRUE(source->in_sidecar());
  EXPECT_EQ(source->at, (Position{kMainFile, 2}));
  EXPECT_EQ(source->kind_at, (Position{kMainFile, 3}));
}

class SearchMessage : public testing::TestWithParam<Mistake> {};

TEST_P(SearchMessage, IsExact) {
  EXPECT_EQ(in_block(with_platforms(GetParam().text)),
            std::string(GetParam().message) + " in /c/main.conf:2");
}

INSTANTIATE_TEST_SUITE_P(
    Table, SearchMessage,
    testing::Values(
        Mistake{"search g 'status:completed' x;",
                "invalid number of arguments in \"search\" directive"},
        Mistake{"search g; last 1d;",
                "source \"a\" has neither a query in its \"search\" directive nor a \"body\" one"},
        Mistake{"search g 'status:completed'; body a.json; last 1d;",
                "\"body\" directive conflicts with \"search\" at /c/main.conf:2"},
        Mistake{"search t; body a.json;", "\"body\" directive is not for \"tutorial_search\""},
        Mistake{"file x; body a.json;", "\"body\" directive is only for \"search\""},
        Mistake{"search g; body ''; last 1d;", "invalid value \"\" in \"body\" directive"},
        Mistake{"sort a asc b;", "invalid number of arguments in \"sort\" directive"},
        Mistake{"search t x; search t x;", "\"search\" directive is duplicate"},
        Mistake{"search t x; file y;",
                "\"file\" directive conflicts with \"search\" at /c/main.conf:2"},
        Mistake{"search 'a b' x;",
                "invalid platform name \"a b\", "
                "it must be 1 to 64 letters, digits, \"_\", \".\" or \"-\""},
        Mistake{"search p x; page_size 1;", "unknown platform \"p\" in \"search\" directive"},
        Mistake{"search t x; records 5;", "\"records\" directive is only for \"synthetic\""},
        Mistake{"search t x; json a;", "\"json\" directive is only for \"sql\""},
        Mistake{"backend details_jobs; file x;", "\"backend\" directive is only for \"search\""},
        Mistake{"max_results 1; file x;", "\"max_results\" directive is only for \"search\""},
        Mistake{"file x; page_size 1;", "\"page_size\" directive is only for \"search\""},
        Mistake{"file x; sort a;", "\"sort\" directive is only for \"search\""},
        Mistake{"file x; last 1d;", "\"last\" directive is only for \"search\""},
        Mistake{"file x; interval :a;", "\"interval\" directive is only for \"search\""},
        Mistake{"file x; dedup_window 1;", "\"dedup_window\" directive is only for \"search\""},
        Mistake{"last 1d; interval :a;",
                "\"interval\" directive conflicts with \"last\" at /c/main.conf:2"},
        Mistake{"interval :a; last 1d;",
                "\"last\" directive conflicts with \"interval\" at /c/main.conf:2"}));

INSTANTIATE_TEST_SUITE_P(
    Value, SearchMessage,
    testing::Values(
        Mistake{"backend elastic;",
                "invalid value \"elastic\" in \"backend\" directive, it must be "
                "\"tutorial_search\", \"details_query\" or \"details_jobs\""},
        Mistake{"max_results 0;",
                "invalid value \"0\" in \"max_results\" directive, it must be at least 1"},
        Mistake{
            "max_results all;",
            "invalid value \"all\" in \"max_results\" directive, it must be a number, at least 1"},
        Mistake{"page_size 0;",
                "invalid value \"0\" in \"page_size\" directive, it must be between 1 and 1000"},
        Mistake{"page_size 1001;",
                "invalid value \"1001\" in \"page_size\" directive, "
                "it must be between 1 and 1000"},
        Mistake{"sort 'a b';",
                "invalid value \"a b\" in \"sort\" directive, "
                "it must be 1 to 64 letters, digits, \"_\" or \".\""},
        Mistake{"sort a up;", "invalid parameter \"up\", it must be \"asc\" or \"desc\""},
        Mistake{"last 0;",
                "invalid value \"0\" in \"last\" directive, it must be between 1s and 366d"},
        Mistake{"last 367d;",
                "invalid value \"367d\" in \"last\" directive, it must be between 1s and 366d"},
        Mistake{"last 1500ms;",
                "invalid value \"1500ms\" in \"last\" directive, it must be a time, between 1s and "
                "366d"},
        Mistake{"last yesterday;",
                "invalid value \"yesterday\" in \"last\" directive, it must be a time, between 1s "
                "and 366d"},
        Mistake{"interval :;",
                "invalid value \":\" in \"interval\" directive, "
                "it must be \":\" and the name of a parameter"},
        Mistake{"interval :a-b;",
                "invalid value \":a-b\" in \"interval\" directive, "
                "it must be \":\" and the name of a parameter"},
        Mistake{"interval :cursor;", "parameter \":cursor\" in \"interval\" directive is reserved"},
        Mistake{"dedup_window 0;",
                "invalid value \"0\" in \"dedup_window\" directive, "
                "it must be between 1 and 100000000"}));

INSTANTIATE_TEST_SUITE_P(
    Query, SearchMessage,
    testing::Values(
        Mistake{"search t '';", "invalid query in \"search\" directive: the query is empty"},
        Mistake{"search t 'a \"b';",
                "invalid query in \"search\" directive: a quote is not closed"},
        Mistake{"search g 'a OR b'; last 1d;",
                "invalid query in \"search\" directive: the term \"a\" is not NAME:VALUE"},
        Mistake{"search t 'a::limit';", "parameter \":limit\" in \"search\" directive is reserved"},
        Mistake{"search g 'queueId::cursor'; last 1d;",
                "parameter \":cursor\" in \"search\" directive is reserved"}));

INSTANTIATE_TEST_SUITE_P(
    Platform, SearchMessage,
    testing::Values(
        Mistake{"search g 'status:completed'; last 1d; backend tutorial_search;",
                "invalid value \"tutorial_search\" in \"backend\" directive, it must be "
                "\"details_query\" or \"details_jobs\" in dialect \"genesys\""},
        Mistake{"search t x; backend details_jobs;",
                "invalid value \"details_jobs\" in \"backend\" directive, it must be "
                "\"tutorial_search\" in dialect \"tutorial\""},
        Mistake{"search t x; page_size 201;",
                "invalid value \"201\" in \"page_size\" directive, "
                "it must be at most 200 for \"tutorial_search\""},
        Mistake{"search g 'status:completed'; last 1d; page_size 101;",
                "invalid value \"101\" in \"page_size\" directive, "
                "it must be at most 100 for \"details_query\""},
        Mistake{"search g 'status:completed'; last 1d; sort timestamp;",
                "invalid value \"timestamp\" in \"sort\" directive, it must be "
                "\"conversationStart\", \"conversationEnd\", \"segmentStart\" or \"segmentEnd\" "
                "for \"details_query\""},
        Mistake{"search g 'status:completed';",
                "source \"a\" has no \"interval\" or \"last\" directive, "
                "which \"details_query\" needs"},
        Mistake{"search g 'status:completed'; backend details_jobs;",
                "source \"a\" has no \"interval\" or \"last\" directive, "
                "which \"details_jobs\" needs"},
        Mistake{"search t x; last 1d;", "\"last\" directive is not for \"tutorial_search\""},
        Mistake{"search t x; interval :a;",
                "\"interval\" directive is not for \"tutorial_search\""}));

TEST(SearchPosition, IsTheDirectivesOwn) {
  EXPECT_EQ(in_block(with_platforms("\npage_size 300;\nsearch t x;")),
            "invalid value \"300\" in \"page_size\" directive, "
            "it must be at most 200 for \"tutorial_search\" in /c/main.conf:3");
  EXPECT_EQ(in_block(with_platforms("\nsearch\np x;")),
            "unknown platform \"p\" in \"search\" directive in /c/main.conf:4");
  EXPECT_EQ(in_block(with_platforms("\nlast 1d;\nsort up;\nsearch g 'status:completed';")),
            "invalid value \"up\" in \"sort\" directive, it must be \"conversationStart\", "
            "\"conversationEnd\", \"segmentStart\" or \"segmentEnd\" for \"details_query\" "
            "in /c/main.conf:4");
  EXPECT_EQ(in_block("source b { sql d x; }\n" + with_platforms("search p x;")),
            "unknown database \"d\" in \"sql\" directive in /c/main.conf:2");
}

}  // namespace
}  // namespace dataaction
