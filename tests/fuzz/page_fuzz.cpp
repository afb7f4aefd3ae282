// One page of a search; the first byte says of which backend. What is taken is JSON for RapidJSON
// too (numbers that no double can hold aside), its records minify to themselves and are those of
// the page, and the page made of them is the same again. What RapidJSON takes and this does not is
// no page, but JSON.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/json/json_reader.h"
#include "core/search/job_answer.h"
#include "core/search/page_reader.h"

namespace {

using namespace dataaction;

constexpr size_t kMaxRecord = 4096;

void require(bool what) {
  if (!what) std::abort();
}

bool is_number_too_big(const JsonError& error) {
  return error.what == rapidjson::GetParseError_En(rapidjson::kParseErrorNumberTooBig);
}

bool refused_by_rapidjson(std::string_view text) {
  const auto error = JsonChecker().check(text);
  return error && !is_number_too_big(*error);
}

// The scanner and RapidJSON are of one mind about what JSON is.
void check_scanner(std::string_view text) {
  std::string out;
  JsonScanner scanner(text);
  scanner.start_copy(out);
  scanner.value();
  scanner.finish_copy();
  const bool good = scanner.end();
  std::string plain;
  const auto error = append_minified(plain, text);
  if (error && is_number_too_big(*error)) return;
  require(good == !error);
  if (!good) return;
  // RapidJSON's form has other escapes.
  std::string again;
  require(!append_minified(again, out) && again == plain);
  require(out.find('\n') == std::string::npos && out.size() <= text.size());
}

void check_record(std::string_view record, std::string_view id) {
  require(record.ends_with('\n') && record.starts_with('{'));
  record.remove_suffix(1);
  require(record.size() <= kMaxRecord && record.find('\n') == std::string_view::npos);
  require(id.size() <= kMaxIdSize);
  std::string copy;
  JsonScanner scanner(record);
  scanner.start_copy(copy);
  require(scanner.value() && scanner.end());
  scanner.finish_copy();
  require(copy == record);
}

void check_page(SearchBackend backend, std::string_view body) {
  Page page;
  const auto read = read_page(backend, body, kMaxRecord, page);
  if (!read) {
    require(!read.error().what.empty() && read.error().offset <= body.size());
    require(page.size() == 0 && page.bytes.empty() && page.cursor.empty() && !page.total);
    return;
  }
  require(!refused_by_rapidjson(body));
  require(page.bytes.size() <= body.size());
  std::string list;
  for (size_t at = 0; at < page.size(); ++at) {
    check_record(page.record(at), page.id(at));
    list += at == 0 ? "" : ",";
    list += page.record(at);
  }
  const bool tutorial = backend == SearchBackend::kTutorialSearch;
  Page again;
  require(read_page(backend, (tutorial ? R"({"results":[)" : R"({"conversations":[)") + list + "]}",
                    kMaxRecord, again)
              .has_value());
  require(again.bytes == page.bytes && again.ids == page.ids);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string_view body(reinterpret_cast<const char*>(data) + 1, size - 1);
  check_scanner(body);
  check_page(static_cast<SearchBackend>(data[0] % kSearchBackendNames.size()), body);
  const auto id = read_job_id(body);
  if (id) require(!id->empty() && id->find_first_of("/.?#%\\ ") == std::string::npos);
  if (id || read_job_status(body)) require(!refused_by_rapidjson(body));
  return 0;
}
