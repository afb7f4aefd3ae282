// What a platform answers to searches, of each backend, over the conversations that it holds:
// right, and as strict about how deep one may page as the real one, with all that a day holds where
// an interval touches it. For FakeTransport.

#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/iso_interval.h"
#include "sidecar/runtime/http.h"

namespace dataaction {

class FakeSearch {
 public:
  struct Conversation {
    std::string id;
    int64_t second = 0;
  };

  // `count` of them, called c0, c1, ..., one in `seconds` from `begin` on.
  void fill(size_t count, int64_t begin, int64_t seconds = 1);

  // To a request for anything but a token.
  HttpReply answer(const HttpRequest& request);

  // What the tutorial's `nextPage` and a job's `cursor` look like: text that does not survive
  // somebody who reads it.
  static std::string cursor_to(size_t offset);

  std::vector<Conversation> conversations;  // by second
  // details_query: beyond that many of an interval, one is told `totalHits`, or 400.
  uint64_t max_hits = 100'000;
  bool tells_total = true;
  size_t too_large_from = SIZE_MAX;  // so many in an interval are 413
  // details_jobs
  std::set<std::string> jobs;  // that are there
  int made = 0;
  int pending_polls = 0;  // before it is FULFILLED
  std::string state = "FULFILLED";

 private:
  HttpReply tutorial(const HttpRequest& request) const;
  HttpReply details(const HttpRequest& request) const;
  HttpReply make_job();
  HttpReply job(const HttpRequest& request, std::string_view path);
  HttpReply results(std::string_view query) const;
  HttpReply page(std::string_view list, size_t from, size_t to, const std::string& members) const;
  void append_record(std::string& page, size_t at) const;
};

// `"name":VALUE` of a body, wherever it stands; VALUE is without quotes, and decoded.
std::string body_member(std::string_view body, std::string_view name);

}  // namespace dataaction
