// Where records come from, as delivery sees it: one interface for what runs in the worker and for
// the link to the sidecar.
//
// A producer owns one buffer and hands out runs of whole records in it. The runs stay valid, and
// writable by the shaper, until the stream says that all of them have left (`Demand::buffer_free`).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/stream/ending.h"
#include "core/stream/record_shaper.h"

namespace dataaction {

struct Demand {
  char separator;        // after each record of a run that the producer separates itself
  uint64_t max_records;  // for such a run
  uint64_t max_bytes;    // likewise
  bool buffer_free;      // nothing that was handed out is waiting to be sent
};

enum class Pull : uint8_t {
  kRun,    // a run; empty if not even one record fits into max_bytes
  kDrain,  // no more until the buffer is free
  kAgain,  // nothing yet: the producer calls Stream::pump() when there is
  kEnd,    // ending() says how
};

class Producer {
 public:
  Producer() = default;
  virtual ~Producer() = default;
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  virtual Pull pull(const Demand& demand, RecordRun& run) = 0;

  // After kEnd.
  virtual Ending ending() const = 0;

  // Resumes after `records` records, if `unsent` bytes of the last run have not been taken; empty
  // where the source cannot.
  virtual std::string cursor(uint64_t records, size_t unsent) const = 0;

  // Whether nothing is left behind the records handed out, less `unsent` bytes of the last run.
  virtual bool exhausted(size_t unsent) const = 0;

  // After kEnd: how many records the other side says it sent, where there is another side.
  virtual std::optional<uint64_t> announced() const { return std::nullopt; }

  // The client takes no more for now, so nothing will be pulled for as long as it likes.
  virtual void on_stall() {}

  // No more will be pulled: the stream has ended, or its request has. Gives up what the producer
  // holds outside its own memory.
  virtual void release() {}
};

}  // namespace dataaction
