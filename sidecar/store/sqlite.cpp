#include "sidecar/store/sqlite.h"

#include <system_error>

namespace dataaction {
namespace {

// The statement's cache of pages. A scan needs none, a lookup little, and there are as many
// connections as streams.
constexpr const char* kSettings = "PRAGMA query_only=1; PRAGMA cache_size=-512";

// What a statement must not do although it changes nothing in the database. What changes something
// is told by sqlite3_stmt_readonly(), not here: virtual tables prepare their own INSERTs, just in
// case, when somebody reads them.
const char* forbidden(int action, std::string_view first, std::string_view second) {
  switch (action) {
    case SQLITE_PRAGMA:
      // How a full-text index sees that the file has changed.
      return first == "data_version" ? nullptr : "PRAGMA";
    case SQLITE_ATTACH:
      return "ATTACH";
    case SQLITE_DETACH:
      return "DETACH";
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
      return "a transaction";
    case SQLITE_FUNCTION:
      return second == "load_extension" ? "load_extension()" : nullptr;
    default:
      return nullptr;
  }
}

int authorize(void* denied, int action, const char* first, const char* second, const char*,
              const char*) noexcept {
  const auto text = [](const char* argument) { return std::string_view(argument ? argument : ""); };
  const char* const what = forbidden(action, text(first), text(second));
  if (what == nullptr) return SQLITE_OK;
  *static_cast<const char**>(denied) = what;
  return SQLITE_DENY;
}

SqliteError refused(std::string message) {
  return {SQLITE_AUTH, std::move(message)};
}

bool only_space(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f;") == std::string_view::npos;
}

}  // namespace

SqliteError SqliteStatement::last_error() const {
  sqlite3* connection = sqlite3_db_handle(raw());
  return {sqlite3_extended_errcode(connection), sqlite3_errmsg(connection)};
}

std::expected<SqliteConnection, SqliteError> SqliteConnection::open(
    const std::string& path, std::chrono::milliseconds busy_timeout) {
  sqlite3* raw = nullptr;
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int status = sqlite3_open_v2(path.c_str(), &raw, flags, nullptr);
  SqliteConnection connection(raw);
  if (status != SQLITE_OK) {
    if (raw == nullptr) return std::unexpected(SqliteError{status, sqlite3_errstr(status)});
    return std::unexpected(connection.error());
  }
  sqlite3_busy_timeout(raw, static_cast<int>(busy_timeout.count()));
  sqlite3_db_config(raw, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  if (sqlite3_exec(raw, kSettings, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return std::unexpected(connection.error());
  }
  sqlite3_set_authorizer(raw, authorize, static_cast<void*>(connection.denied_.get()));
  return connection;
}

std::expected<SqliteStatement, SqliteError> SqliteConnection::prepare(std::string_view sql) {
  *denied_ = nullptr;
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  const int status = sqlite3_prepare_v3(connection_.get(), sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, &tail);
  SqliteStatement statement(raw);
  if (status != SQLITE_OK) {
    if (*denied_ == nullptr) return std::unexpected(error());
    return std::unexpected(refused("only reading is allowed, not " + std::string(*denied_)));
  }
  if (raw == nullptr) return std::unexpected(refused("there is no statement"));
  if (!only_space(sql.substr(static_cast<size_t>(tail - sql.data())))) {
    return std::unexpected(refused("there is more than one statement"));
  }
  if (!sqlite3_stmt_readonly(raw)) return std::unexpected(refused("only reading is allowed"));
  return statement;
}

SqliteError SqliteConnection::error() const {
  SqliteError error{sqlite3_extended_errcode(connection_.get()), sqlite3_errmsg(connection_.get())};
  const int system = sqlite3_system_errno(connection_.get());
  if (error.primary() == SQLITE_CANTOPEN && system != 0) {
    error.message += " (" + std::to_string(system) + ": ";
    error.message += std::generic_category().message(system) + ")";
  }
  return error;
}

}  // namespace dataaction
