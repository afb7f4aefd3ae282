#include "sidecar/sources/sql_check.h"

#include <map>
#include <optional>

#include "core/webhook/reserved_parameters.h"
#include "sidecar/sources/sql_record.h"
#include "sidecar/store/sqlite.h"

namespace dataaction {
namespace {

std::expected<SqliteConnection, ConfigError> open_database(const DatabaseConfig& database) {
  const auto failed = [&](const SqliteError& error) {
    return std::unexpected(ConfigError{
        "cannot open database \"" + database.path + "\": " + error.message, database.at});
  };
  auto connection = SqliteConnection::open(database.path, database.busy_timeout);
  if (!connection) return failed(connection.error());
  // SQLite has not looked into the file yet.
  auto statement = connection->prepare("SELECT 1 FROM sqlite_schema");
  if (!statement) return failed(statement.error());
  const int status = statement->step();
  if (status != SQLITE_ROW && status != SQLITE_DONE) return failed(statement->last_error());
  return std::move(*connection);
}

std::expected<std::vector<std::string>, std::string> parameter_names(
    const SqliteStatement& statement) {
  std::vector<std::string> names;
  const int count = sqlite3_bind_parameter_count(statement.raw());
  for (int i = 1; i <= count; ++i) {
    const char* text = sqlite3_bind_parameter_name(statement.raw(), i);
    const std::string name = text != nullptr ? text : "?";
    if (name[0] != ':') {
      return std::unexpected("parameter \"" + name + "\" is not written as \":name\"");
    }
    if (is_reserved_parameter(std::string_view(name).substr(1))) {
      return std::unexpected("parameter \"" + name + "\" is reserved");
    }
    names.push_back(name.substr(1));
  }
  return names;
}

std::expected<CheckedSql, std::string> check_sql(SqliteConnection& connection,
                                                 const SqlSource& sql) {
  auto statement = connection.prepare(sql.statement);
  if (!statement) return std::unexpected(statement.error().message);
  auto columns = SqlRecordWriter::create(*statement, sql.json_columns, 0);
  if (!columns) return std::unexpected(std::move(columns.error()));
  auto names = parameter_names(*statement);
  if (!names) return std::unexpected(std::move(names.error()));
  return CheckedSql{std::move(*names)};
}

}  // namespace

std::expected<CheckedConfig, ConfigError> check_config(Config config) {
  std::map<std::string, SqliteConnection, std::less<>> connections;
  for (const DatabaseConfig& database : config.databases) {
    auto connection = open_database(database);
    if (!connection) return std::unexpected(std::move(connection.error()));
    connections.emplace(database.name, std::move(*connection));
  }

  CheckedConfig checked;
  for (const SourceConfig& source : config.sources) {
    CheckedSql& result = checked.sql.emplace_back();
    const auto* sql = std::get_if<SqlSource>(&source.kind);
    if (sql == nullptr) continue;
    auto found = check_sql(connections.find(sql->database)->second, *sql);
    if (!found) {
      return std::unexpected(
          ConfigError{"invalid SQL in \"sql\" directive: " + found.error(), source.kind_at});
    }
    result = std::move(*found);
  }
  checked.config = std::move(config);
  return checked;
}

}  // namespace dataaction
