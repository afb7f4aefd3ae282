#include "tests/sidecar/platform/fake_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>

#include "core/json/json_scanner.h"
#include "core/json/json_writer.h"
#include "tests/sidecar/platform/fake_transport.h"

namespace dataaction {
namespace {

constexpr int64_t kDay = 86'400;
constexpr std::string_view kApi = "https://api.example.com";
constexpr std::string_view kOpaque = "q/\u00e9=+&%\"\\ ";

size_t number(std::string_view text) {
  size_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

HttpReply refuse(int status, std::string_view code, std::string_view message) {
  std::string body = R"({"code":)";
  append_json_string(body, code);
  body += R"(,"message":)";
  append_json_string(body, message);
  return make_reply(status, body + "}");
}

// application/x-www-form-urlencoded
std::string form_value(std::string_view form, std::string_view name) {
  const std::string begin = std::string(name) + '=';
  size_t at = form.find(begin);
  if (at == std::string_view::npos) return "";
  at += begin.size();
  const std::string_view text = form.substr(at, form.find('&', at) - at);
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    unsigned char byte = 0;
    std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
    out += static_cast<char>(byte);
    i += 2;
  }
  return out;
}

size_t offset_of(std::string_view cursor) {
  if (cursor.empty()) return 0;
  EXPECT_TRUE(cursor.starts_with(kOpaque)) << "a cursor was altered: " << cursor;
  return number(cursor.substr(std::min(kOpaque.size(), cursor.size())));
}

std::string cursor_member(std::string_view name, size_t offset) {
  std::string out = ",";
  append_json_string(out, name);
  out += ':';
  append_json_string(out, FakeSearch::cursor_to(offset));
  return out;
}

}  // namespace

std::string body_member(std::string_view body, std::string_view name) {
  std::string key;
  append_json_string(key, name);
  key += ':';
  const size_t at = body.find(key);
  if (at == std::string_view::npos) return "";
  const std::string_view rest = body.substr(at + key.size());
  if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(",}]")));
  JsonScanner scanner(rest);
  JsonScanner::String text;
  scanner.string(text);
  return text.unescaped();
}

void FakeSearch::fill(size_t count, int64_t begin, int64_t seconds) {
  for (size_t i = 0; i < count; ++i) {
    conversations.push_back({"c" + std::to_string(i), begin + static_cast<int64_t>(i) * seconds});
  }
}

std::string FakeSearch::cursor_to(size_t offset) {
  return std::string(kOpaque) + std::to_string(offset);
}

HttpReply FakeSearch::answer(const HttpRequest& request) {
  std::string_view path = request.url;
  path.remove_prefix(std::min(kApi.size(), path.size()));
  if (path == "/search") {
    return body_member(request.body, "pageNumber").empty() ? tutorial(request) : details(request);
  }
  if (path == "/jobs" && request.method == "POST") return make_job();
  if (path.starts_with("/jobs/")) return job(request, path.substr(6));
  return refuse(404, "not.found", "no such path");
}

HttpReply FakeSearch::tutorial(const HttpRequest& request) const {
  const size_t from = offset_of(body_member(request.body, "page"));
  const size_t to =
      std::min(from + number(body_member(request.body, "size")), conversations.size());
  return page("results", from, to, to < conversations.size() ? cursor_member("nextPage", to) : "");
}

HttpReply FakeSearch::details(const HttpRequest& request) const {
  const auto interval = parse_iso_interval(body_member(request.body, "interval"));
  const size_t size = number(body_member(request.body, "pageSize"));
  const size_t begin = size * (number(body_member(request.body, "pageNumber")) - 1);
  if (!interval) return refuse(400, "bad.request", "no interval");
  const auto at = [&](int64_t second) {
    const auto found = std::ranges::lower_bound(conversations, second, {}, &Conversation::second);
    return static_cast<size_t>(found - conversations.begin());
  };
  const size_t first = at(interval->begin / kDay * kDay);
  const size_t hits = at((interval->end + kDay - 1) / kDay * kDay) - first;
  if (hits >= too_large_from) return refuse(413, "payload.too.large", "too large");
  if (begin + size > max_hits) {
    return refuse(400, "bad.request",
                  "Pagination may not exceed " + std::to_string(max_hits) + " results");
  }
  if (begin >= hits) return make_reply(200, "{}");  // as the platform does
  const bool down = body_member(request.body, "order") == "desc";
  std::string body = R"({"conversations":[)";
  for (size_t i = begin; i < std::min(begin + size, hits); ++i) {
    append_record(body, first + (down ? hits - 1 - i : i));
  }
  body += ']';
  if (tells_total) body += R"(,"totalHits":)" + std::to_string(hits);
  return make_reply(200, body + '}');
}

HttpReply FakeSearch::make_job() {
  const std::string id = "j" + std::to_string(++made);
  jobs.insert(id);
  return make_reply(202, R"({"jobId":")" + id + "\"}");
}

HttpReply FakeSearch::job(const HttpRequest& request, std::string_view path) {
  const std::string id(path.substr(0, path.find('/')));
  if (!jobs.contains(id)) return refuse(404, "not.found", "no such job");
  if (request.method == "DELETE") {
    jobs.erase(id);
    return make_reply(204, "");
  }
  if (path.size() > id.size()) return results(path.substr(path.find('?') + 1));
  const bool pending = pending_polls > 0;
  if (pending) --pending_polls;
  return make_reply(pending ? 202 : 200,
                    R"({"state":")" + (pending ? std::string("PENDING") : state) + "\"}");
}

HttpReply FakeSearch::results(std::string_view query) const {
  const size_t from = offset_of(form_value(query, "cursor"));
  const size_t to = std::min(from + number(form_value(query, "pageSize")), conversations.size());
  return page("conversations", from, to,
              to < conversations.size() ? cursor_member("cursor", to) : "");
}

HttpReply FakeSearch::page(std::string_view list, size_t from, size_t to,
                           const std::string& members) const {
  std::string body = R"({")";
  body.append(list).append(R"(":[)");
  for (size_t i = from; i < to; ++i) append_record(body, i);
  return make_reply(200, body + ']' + members + '}');
}

void FakeSearch::append_record(std::string& page, size_t at) const {
  if (page.back() != '[') page += ',';
  page.append(R"({"conversationId":")").append(conversations[at].id).append("\"}");
}

}  // namespace dataaction
