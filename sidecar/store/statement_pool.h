// The prepared statements of one database, kept from stream to stream.
//
// Each has a connection of its own, because a read transaction, and an interrupt, concern a whole
// connection. At most `max_statements` are open, in use or idle; an idle one is prepared anew if
// there is none for the SQL that is wanted. A database file that was replaced by another one (by
// rename, as exports are) is opened anew.
//
// The pool belongs to the loop's thread and outlives its leases. A Lease is used by one stream: its
// prepare() and statement() on a thread that may block, the rest on the loop's thread.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <expected>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "sidecar/store/sqlite.h"

namespace dataaction {

class StatementPool {
  struct Slot;

 public:
  class Lease {
   public:
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&&) = delete;
    ~Lease();

    // Before anything else. After an error it may be tried again.
    std::expected<void, SqliteError> prepare();
    SqliteStatement& statement();

    // While a step() of statement() may be running on another thread.
    void interrupt() noexcept;

    // Closes the connection when the lease ends: it has failed and nobody knows how.
    void discard() noexcept { keep_ = false; }

   private:
    friend class StatementPool;
    Lease(StatementPool& pool, std::unique_ptr<Slot> slot);

    StatementPool* pool_;
    std::unique_ptr<Slot> slot_;
    bool keep_ = true;
  };

  StatementPool(std::string path, size_t max_statements);
  StatementPool(const StatementPool&) = delete;
  StatementPool& operator=(const StatementPool&) = delete;
  ~StatementPool();

  // Nothing if all are in use.
  std::optional<Lease> acquire(const std::string& sql);

  size_t open() const { return used_ + idle_.size(); }
  size_t used() const { return used_; }

 private:
  void give_back(std::unique_ptr<Slot> slot, bool keep) noexcept;

  const std::string path_;
  const size_t max_statements_;
  size_t used_ = 0;
  std::list<std::unique_ptr<Slot>> idle_;  // the one used last comes first
};

}  // namespace dataaction
