#include "sidecar/ctl/webhook_stream.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "core/base/units.h"
#include "core/json/json_fields.h"
#include "core/json/json_stream_checker.h"
#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/progress_bar.h"
#include "sidecar/ctl/verdict.h"
#include "sidecar/platform/platform_failure.h"

namespace dataaction {
namespace {

HttpRequest request_for(const WebhookRun& run) {
  HttpRequest request;
  request.method = "POST";
  request.url = run.url;
  request.headers.add("Content-Type", "application/json");
  request.headers.add("Accept", "application/json, application/x-ndjson");
  if (!run.api_key.empty()) request.headers.add("X-API-Key", run.api_key);
  request.body = run.body;
  request.ca_file = run.ca_file;
  request.limits.stall_timeout = std::chrono::seconds(run.timeout_seconds);
  request.limits.max_body = SIZE_MAX;
  request.own_connection = true;
  return request;
}

std::string text_of(const HttpFailure& failure) {
  return fmt::format("{} ({})", name_of(failure.error), failure.detail);
}

// What the webhook is asked to give at most: more will not come.
std::optional<uint64_t> limit_in(const std::string& body) {
  static constexpr std::array<std::string_view, 1> kNames = {"limit"};
  std::array<JsonField, 1> fields;
  if (read_json_fields(body, kNames, fields)) return std::nullopt;
  return parse_number(fields[0].text);
}

bool is_lines(const HttpHead& head) {
  const auto type = head.headers.find("Content-Type");
  return type && type->starts_with("application/x-ndjson");
}

// An answer that is an error instead of records.
Task<int> refused(HttpExchange& exchange) {
  static constexpr size_t kMost = 64 << 10;
  HttpReply reply;
  reply.head = exchange.head();
  while (reply.body.size() < kMost) {
    const HttpResult<std::string> piece = co_await exchange.read();
    if (!piece || piece->empty()) break;
    reply.body += *piece;
  }
  co_return fail(exit_for_status(reply.head.status), describe(reply));
}

// Passes on what comes. Nothing: the answer has ended; otherwise why there is no more of it.
struct Passed {
  std::optional<std::string> broken;
  std::optional<int> exit_code;  // of an output that takes no more
};

Task<Passed> pass_on(HttpExchange& exchange, JsonStreamChecker& checker, Output& output,
                     ProgressBar& progress, std::optional<uint64_t> total) {
  for (;;) {
    const HttpResult<std::string> piece = co_await exchange.read();
    if (!piece) co_return Passed(text_of(piece.error()), std::nullopt);
    if (piece->empty()) co_return Passed();
    if (!checker.add(*piece)) co_return Passed();
    const Result<void> written = co_await output.write(*piece);
    if (!written) co_return Passed(std::nullopt, exit_for_output(written.error()));
    progress.update(checker.records(), checker.bytes(), total);
  }
}

}  // namespace

Task<int> stream_webhook(Session& session, const WebhookRun& run) {
  auto output = run.discard          ? Output::nowhere(session.threads())
                : run.output.empty() ? Output::standard(session.threads())
                                     : Output::file(session.threads(), run.output);
  if (!output) co_return fail(kExitFailure, output.error());

  const HttpRequest request = request_for(run);
  auto exchange = co_await session.http().open(request);
  if (!exchange) {
    if (exchange.error().cancelled) co_return kExitFailure;
    co_return fail(kExitFailure, "no answer: " + text_of(exchange.error()));
  }
  if ((*exchange)->head().status != 200) co_return co_await refused(**exchange);

  JsonStreamChecker checker(is_lines((*exchange)->head()));
  ProgressBar progress(session.clock(), run.quiet || (*output)->on_terminal());
  const Passed passed =
      co_await pass_on(**exchange, checker, **output, progress, limit_in(run.body));
  progress.update(checker.records(), checker.bytes(), std::nullopt);
  progress.clear();
  if (passed.exit_code) co_return *passed.exit_code;
  const Verdict verdict = judge(checker, passed.broken);
  if (!verdict.complete) {
    std::string message =
        fmt::format("incomplete after {} records: {}", checker.records(), verdict.what);
    // Of a file nothing stays that one could go on behind.
    if (!verdict.next.empty() && run.output.empty())
      message += fmt::format("; go on with -p 'cursor=\"{}\"'", verdict.next);
    co_return fail(kExitIncomplete, message);
  }
  if (const Result<void> done = co_await (*output)->commit(); !done) {
    co_return exit_for_output(done.error());
  }
  if (!run.quiet) {
    say(summary(progress.done()));
    if (!verdict.next.empty()) say(fmt::format("there is more: -p 'cursor=\"{}\"'", verdict.next));
  }
  co_return kExitOk;
}

}  // namespace dataaction
