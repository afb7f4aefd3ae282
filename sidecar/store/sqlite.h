// SQLite's handles, owned: a read-only connection and its prepared statements.
//
// A connection can read and nothing else: the file is opened read-only, a statement that would
// change anything is refused, and an authorizer refuses what reaches further, so that neither a
// mistake in the configuration nor a view in somebody's database can write, attach or load
// anything.
//
// Both are for one thread at a time, any thread; only interrupt() may be called from another one
// meanwhile. A statement is destroyed before its connection. Everything may block on the disk.

#pragma once

#include <sqlite3.h>

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

namespace dataaction {

struct SqliteError {
  int code = SQLITE_ERROR;  // extended
  std::string message;      // for the log, not for clients

  int primary() const { return code & 0xFF; }
  // Somebody writes; later it will work.
  bool busy() const { return primary() == SQLITE_BUSY || primary() == SQLITE_LOCKED; }
  bool interrupted() const { return primary() == SQLITE_INTERRUPT; }
};

class SqliteStatement {
 public:
  // SQLITE_ROW, SQLITE_DONE, or a code that last_error() explains.
  int step() noexcept { return sqlite3_step(statement_.get()); }

  // Ends the read transaction; bindings stay until clear().
  void reset() noexcept { sqlite3_reset(statement_.get()); }
  void clear() noexcept { sqlite3_clear_bindings(statement_.get()); }

  SqliteError last_error() const;

  sqlite3_stmt* raw() const { return statement_.get(); }

 private:
  friend class SqliteConnection;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
  };

  explicit SqliteStatement(sqlite3_stmt* statement) : statement_(statement) {}

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

class SqliteConnection {
 public:
  // SQLite looks into the file only when something is prepared. `busy_timeout` is for how long a
  // call may block while somebody writes.
  static std::expected<SqliteConnection, SqliteError> open(const std::string& path,
                                                           std::chrono::milliseconds busy_timeout);

  // One statement that only reads.
  std::expected<SqliteStatement, SqliteError> prepare(std::string_view sql);

  // Makes a step() that another thread is in return SQLITE_INTERRUPT soon.
  void interrupt() noexcept { sqlite3_interrupt(connection_.get()); }

 private:
  struct Close {
    void operator()(sqlite3* connection) const noexcept { sqlite3_close(connection); }
  };

  explicit SqliteConnection(sqlite3* connection)
      : denied_(std::make_unique<const char*>(nullptr)), connection_(connection) {}

  SqliteError error() const;

  // What the authorizer refused last: for a message that says more than "not authorized".
  std::unique_ptr<const char*> denied_;
  std::unique_ptr<sqlite3, Close> connection_;
};

}  // namespace dataaction
