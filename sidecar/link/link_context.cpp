#include "sidecar/link/link_context.h"

#include "sidecar/runtime/timer.h"

namespace dataaction {
namespace {

// The stream refers to its source, and so to the catalog.
Task<> close_stream(Clock& clock, std::shared_ptr<Catalog> catalog,
                    std::unique_ptr<SourceStream> stream, bool complete) {
  co_await shielded(clock, SourceStream::kCloseTime, stream->close(complete));
  stream.reset();
  catalog.reset();
}

}  // namespace

void LinkContext::close_later(std::unique_ptr<SourceStream> stream, std::shared_ptr<Catalog> keep,
                              bool complete) {
  if (!closing.spawn(close_stream(clock, std::move(keep), std::move(stream), complete))) {
    log.warn("too many streams to close");
  }
}

}  // namespace dataaction
