#include "sidecar/store/result_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "sidecar/runtime/error.h"

namespace dataaction {
namespace {

// FULL: what was committed is there after a loss of power, too.
constexpr const char* kSettings =
    "PRAGMA busy_timeout=1000; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
// At work, whoever waits for a lock holds up those behind them, and can come again.
constexpr int kBusyMilliseconds = 20;

constexpr const char* kSchema =
    "CREATE TABLE IF NOT EXISTS results (action TEXT NOT NULL, key TEXT NOT NULL,"
    " fingerprint BLOB NOT NULL, expires INTEGER NOT NULL, status INTEGER, code TEXT, text TEXT,"
    " retry_after INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (action, key)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS expiry ON results (expires);";

}  // namespace

// One use of a statement, finalized at its end: who makes a request over the network does not mind
// that it is compiled anew.
class ResultStore::Statement {
 public:
  Statement(sqlite3* connection, const char* sql) {
    status_ = sqlite3_prepare_v2(connection, sql, -1, &statement_, nullptr);
  }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { sqlite3_finalize(statement_); }

  Statement& bind(std::string_view text) {
    return keep(sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                                  SQLITE_STATIC));
  }
  Statement& bind_blob(std::string_view bytes) {
    return keep(sqlite3_bind_blob(statement_, ++bound_, bytes.data(),
                                  static_cast<int>(bytes.size()), SQLITE_STATIC));
  }
  Statement& bind(int64_t number) { return keep(sqlite3_bind_int64(statement_, ++bound_, number)); }

  // SQLITE_ROW, SQLITE_DONE, or a failure.
  int step() { return status_ == SQLITE_OK ? sqlite3_step(statement_) : status_; }

  int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }
  bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  std::string text(int column) const {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<size_t>(sqlite3_column_bytes(statement_, column));
    return bytes != nullptr ? std::string(bytes, size) : std::string();
  }

 private:
  Statement& keep(int status) {
    if (status_ == SQLITE_OK) status_ = status;
    return *this;
  }

  sqlite3_stmt* statement_ = nullptr;
  int status_ = SQLITE_OK;
  int bound_ = 0;
};

std::expected<std::unique_ptr<ResultStore>, std::string> ResultStore::open(
    const std::string& path) {
  // SQLite would make it for everybody that the umask lets in.
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd == -1) return std::unexpected(failed_call("open", path, errno));
  ::close(fd);
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int status = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  std::unique_ptr<ResultStore> store(new ResultStore(raw));
  if (status != SQLITE_OK) {
    return std::unexpected("cannot open \"" + path + "\": " + sqlite3_errstr(status));
  }
  if (auto prepared = store->prepare(); !prepared) {
    return std::unexpected("cannot use \"" + path + "\": " + prepared.error().message);
  }
  return store;
}

std::expected<void, SqliteError> ResultStore::prepare() {
  if (auto set = execute(kSettings); !set) return set;
  if (auto made = execute(kSchema); !made) return made;
  if (auto added = add_retry_after(); !added) return added;
  Statement count(connection_.get(), "SELECT count(*) FROM results");
  if (count.step() != SQLITE_ROW) return std::unexpected(error());
  keys_ = count.number(0);
  sqlite3_busy_timeout(connection_.get(), kBusyMilliseconds);
  return {};
}

// To a file of before there was such a column.
std::expected<void, SqliteError> ResultStore::add_retry_after() {
  {
    Statement column(connection_.get(),
                     "SELECT 1 FROM pragma_table_info('results') WHERE name = 'retry_after'");
    const int status = column.step();
    if (status == SQLITE_ROW) return {};
    if (status != SQLITE_DONE) return std::unexpected(error());
  }
  return execute("ALTER TABLE results ADD COLUMN retry_after INTEGER NOT NULL DEFAULT 0");
}

std::expected<ResultStore::Claim, SqliteError> ResultStore::claim(const ResultKey& key,
                                                                  std::string_view fingerprint,
                                                                  int64_t now, int64_t expires,
                                                                  StoredResult& result) {
  if (auto begun = execute("BEGIN IMMEDIATE"); !begun) return std::unexpected(begun.error());
  const int64_t before = keys_;
  auto claimed = claim_in_transaction(key, fingerprint, now, expires, result);
  auto ended = execute(claimed ? "COMMIT" : "ROLLBACK");
  if (claimed && ended) return claimed;
  keys_ = before;
  if (!claimed) return claimed;
  static_cast<void>(execute("ROLLBACK"));
  return std::unexpected(ended.error());
}

std::expected<ResultStore::Claim, SqliteError> ResultStore::claim_in_transaction(
    const ResultKey& key, std::string_view fingerprint, int64_t now, int64_t expires,
    StoredResult& result) {
  Statement expire(connection_.get(), "DELETE FROM results WHERE expires <= ?");
  if (expire.bind(now).step() != SQLITE_DONE) return std::unexpected(error());
  keys_ -= sqlite3_changes64(connection_.get());
  auto found = look_up(key, fingerprint, result);
  if (!found || *found != Claim::kMine) return found;
  if (keys_ >= kMaxKeys) return Claim::kFull;
  Statement insert(connection_.get(),
                   "INSERT INTO results (action, key, fingerprint, expires) VALUES (?, ?, ?, ?)");
  insert.bind(key.action).bind(key.key).bind_blob(fingerprint).bind(expires);
  if (insert.step() != SQLITE_DONE) return std::unexpected(error());
  ++keys_;
  return Claim::kMine;
}

std::expected<ResultStore::Claim, SqliteError> ResultStore::look_up(const ResultKey& key,
                                                                    std::string_view fingerprint,
                                                                    StoredResult& result) {
  Statement find(connection_.get(),
                 "SELECT fingerprint, status, code, text, retry_after FROM results"
                 " WHERE action = ? AND key = ?");
  const int status = find.bind(key.action).bind(key.key).step();
  if (status == SQLITE_DONE) return Claim::kMine;
  if (status != SQLITE_ROW) return std::unexpected(error());
  if (find.text(0) != fingerprint) return Claim::kOther;
  if (find.is_null(1)) return Claim::kUnknown;
  result = {static_cast<int>(find.number(1)), find.text(2), find.text(3),
            static_cast<int>(find.number(4))};
  return Claim::kSettled;
}

std::expected<void, SqliteError> ResultStore::settle(const ResultKey& key,
                                                     std::string_view fingerprint,
                                                     const StoredResult& result) {
  Statement update(connection_.get(),
                   "UPDATE results SET status = ?, code = ?, text = ?, retry_after = ?"
                   " WHERE action = ? AND key = ? AND fingerprint = ?");
  update.bind(int64_t{result.status}).bind(result.code).bind(result.text);
  update.bind(int64_t{result.retry_after});
  update.bind(key.action).bind(key.key).bind_blob(fingerprint);
  if (update.step() != SQLITE_DONE) return std::unexpected(error());
  return {};
}

std::expected<void, SqliteError> ResultStore::forget(const ResultKey& key,
                                                     std::string_view fingerprint) {
  Statement remove(connection_.get(),
                   "DELETE FROM results"
                   " WHERE action = ? AND key = ? AND fingerprint = ? AND status IS NULL");
  remove.bind(key.action).bind(key.key).bind_blob(fingerprint);
  if (remove.step() != SQLITE_DONE) return std::unexpected(error());
  keys_ -= sqlite3_changes64(connection_.get());
  return {};
}

std::expected<void, SqliteError> ResultStore::execute(const char* sql) {
  if (sqlite3_exec(connection_.get(), sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  return std::unexpected(error());
}

SqliteError ResultStore::error() const {
  return {sqlite3_extended_errcode(connection_.get()), sqlite3_errmsg(connection_.get())};
}

}  // namespace dataaction
