#include "core/search/search_request.h"

#include <gtest/gtest.h>

#include <string>

namespace dataaction {
namespace {

SearchSource source(unsigned page_size, std::string sort_field = "", bool ascending = false) {
  SearchSource search;
  search.page_size = page_size;
  search.sort_field = std::move(sort_field);
  search.ascending = ascending;
  return search;
}

// The body of the tutorial, byte for byte but for its white space.
TEST(SearchRequest, Tutorial) {
  EXPECT_EQ(tutorial_search_body(source(200), "status:completed", ""),
            R"({"query":"status:completed","type":"conversation","size":200,)"
            R"("sort":[{"field":"timestamp","direction":"desc"}]})");
  EXPECT_EQ(tutorial_search_body(source(7, "x", true), "a:\"b\"", R"("c\"+/=")"),
            R"({"query":"a:\"b\"","type":"conversation","size":7,)"
            R"("sort":[{"field":"x","direction":"asc"}],"page":"c\"+/="})");
  EXPECT_TRUE(tutorial_search_body(source(7), "x", "2").ends_with(R"("page":2})"));
}

constexpr IsoInterval kDay = {0, 86'400};

TEST(SearchRequest, DetailsQuery) {
  EXPECT_EQ(details_query_body(source(100), R"("segmentFilters":[],)", kDay, 12),
            R"({"segmentFilters":[],)"
            R"("interval":"1970-01-01T00:00:00.000Z/1970-01-02T00:00:00.000Z",)"
            R"("order":"asc","orderBy":"conversationStart",)"
            R"("paging":{"pageSize":100,"pageNumber":12}})");
  EXPECT_NE(details_query_body(source(1, "segmentEnd", false), "", kDay, 1)
                .find(R"("order":"desc","orderBy":"segmentEnd")"),
            std::string::npos);
}

TEST(SearchRequest, DetailsJob) {
  EXPECT_EQ(details_job_body(source(1000, "conversationEnd", true), "", kDay),
            R"({"interval":"1970-01-01T00:00:00.000Z/1970-01-02T00:00:00.000Z",)"
            R"("order":"asc","orderBy":"conversationEnd"})");
}

}  // namespace
}  // namespace dataaction
