#include "sidecar/ctl/conversation_list.h"

#include <fmt/format.h>

#include <random>

#include "sidecar/ctl/command.h"
#include "sidecar/ctl/exit_codes.h"
#include "sidecar/ctl/output.h"
#include "sidecar/ctl/progress_bar.h"
#include "sidecar/platform/cursor_seal.h"
#include "sidecar/runtime/timer.h"
#include "sidecar/sources/search_source.h"

namespace dataaction {
namespace {

// Whoever holds a cursor of this tool may have any other as well: the seal is against damage.
const CursorSeal::Key kOpenKey{};

// Ids that collide are nobody's to choose.
SipKey random_key() {
  std::random_device random;
  SipKey key;
  for (uint64_t& word : key) word = uint64_t{random()} << 32 | random();
  return key;
}

int exit_for(const ErrorReply& reply) {
  if (reply.code == "dataaction.platform.credentials") return kExitCredentials;
  if (reply.code == "dataaction.platform.refused") return kExitRefused;
  if (reply.code == "dataaction.platform.answer") return kExitIncomplete;
  if (reply.code == "dataaction.request.cursor") return kExitRefused;
  if (reply.code.starts_with("dataaction.platform.")) return kExitUnavailable;
  return reply.status == 422 ? kExitUsage : kExitFailure;
}

std::string text_of(const ErrorReply& reply) {
  std::string text = reply.message;
  for (const ErrorDetail& detail : reply.details) text += ", " + detail.field;
  return text;
}

class Listing {
 public:
  Listing(Session& session, const ConversationRun& run, Output& output, SourceStream& stream)
      : run_(run),
        output_(output),
        stream_(stream),
        formatter_(make_formatter(run.format, run.columns)),
        bar_(session.clock(), run.quiet || output.on_terminal()),
        cursor_(run.cursor),
        kept_(run.cursor) {}

  Task<int> write_all() {
    for (;;) {
      Slice slice;
      const Fetched fetched = co_await stream_.fetch(slice);
      // What came before a failure is good.
      const Result<void> written = co_await write(slice);
      if (!written && !written.error().cancelled()) co_return exit_for_output(written.error());
      if (!fetched || !written) {
        SourceFailure failure = fetched ? failure_of(written.error()) : fetched.error();
        if ((co_await current_scope()).reason()) failure.detail = "interrupted";
        co_return incomplete(failure);
      }
      if (*fetched != Progress::kMore) co_return co_await finish(*fetched == Progress::kLimit);
    }
  }

  // All that there was has been written.
  bool has_all() const { return has_all_; }
  // Somebody may come back for more.
  bool resumable() const { return !has_all_ && !kept_.empty(); }

 private:
  Task<Result<void>> write(const Slice& slice) {
    text_.clear();
    formatter_->add(slice.bytes, text_);
    Result<void> written = co_await output_.write(text_);
    if (!written) co_return written;
    records_ += slice.records;
    bytes_ += text_.size();
    if (slice.records > 0) cursor_ = slice.cursor;
    if (run_.output.empty()) kept_ = cursor_;
    bar_.update(records_, bytes_, stream_.total());
    co_return written;
  }

  int incomplete(const SourceFailure& failure) {
    bar_.clear();
    std::string message = fmt::format("incomplete after {} records: {}", records_, failure.detail);
    if (!kept_.empty()) message += "; go on with --resume " + kept_;
    return fail(exit_for(failure.reply), message);
  }

  Task<int> finish(bool more) {
    text_.clear();
    formatter_->end(text_);
    Result<void> done = co_await output_.write(text_);
    if (done) done = co_await output_.commit();
    if (!done) co_return exit_for_output(done.error());
    kept_ = cursor_;
    bar_.clear();
    if (!run_.quiet) say(summary(bar_.done()));
    if (more) say("there is more; go on with --resume " + cursor_);
    has_all_ = !more;
    co_return kExitOk;
  }

  const ConversationRun& run_;
  Output& output_;
  SourceStream& stream_;
  const std::unique_ptr<RecordFormatter> formatter_;
  ProgressBar bar_;
  // Where to go on behind what has been written, and behind what stays; empty: nowhere.
  std::string cursor_;
  std::string kept_;
  bool has_all_ = false;
  std::string text_;
  uint64_t records_ = 0;
  uint64_t bytes_ = 0;
};

}  // namespace

Task<int> list_conversations(Session& session, const ChosenPlatform& chosen,
                             const ConversationRun& run) {
  auto query = SearchQuery::parse(run.search);
  if (!query) co_return fail(kExitUsage, query.error());
  const CursorSeal seal(kOpenKey);
  const SearchBackground background{session.services(), seal, random_key(),
                                    chosen.platform().max_response_size};
  // Its name is part of what a cursor is good for.
  ConversationSearch search(chosen.platform().api_url, run.search, std::move(*query),
                            make_platform(chosen, session.services()), background,
                            std::make_shared<SourceCounters>());
  StreamRequest request;
  request.parameters = run.parameters;
  request.cursor = run.cursor;
  auto stream = search.open(request);
  if (!stream) co_return fail(exit_for(stream.error()), text_of(stream.error()));

  auto output = run.output.empty() ? Output::standard(session.threads())
                                   : Output::file(session.threads(), run.output);
  if (!output) co_return fail(kExitFailure, output.error());
  Listing listing(session, run, **output, **stream);
  const int code = co_await listing.write_all();
  co_await (*stream)->stop();
  const bool interrupted = (co_await current_scope()).reason().has_value();
  if (interrupted && !run.quiet && !listing.resumable() && (*stream)->held_elsewhere()) {
    say("deleting the job; a second Ctrl-C leaves it to expire");
  }
  co_await shielded(session.clock(), SourceStream::kCloseTime,
                    (*stream)->close(!listing.resumable()));
  co_return code;
}

}  // namespace dataaction
