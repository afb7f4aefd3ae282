/*
 * What `sql` is measured by: `sql_loop DATABASE QUERY` steps the query, reads its columns and writes them to
 * standard output as one JSON array of objects.
 */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, LONGEST_NUMBER = 32 };

static char   buffer[BUFFER];
static size_t held;

static void
flush(void)
{
    for (size_t sent = 0; sent < held;) {
        ssize_t n = write(STDOUT_FILENO, buffer + sent, held - sent);
        if (n < 0) {
            exit(1);
        }
        sent += (size_t) n;
    }
    held = 0;
}

static void
put(const char *text, size_t size)
{
    if (size > BUFFER - held) {
        flush();
    }
    memcpy(buffer + held, text, size);
    held += size;
}

static void
put_string(const unsigned char *text, size_t size)
{
    char escaped[8];

    put("\"", 1);
    for (size_t i = 0, from = 0; i <= size; i++) {
        if (i == size || text[i] < 0x20 || text[i] == '"' || text[i] == '\\') {
            put((const char *) text + from, i - from);
            from = i + 1;
            if (i < size) {
                put(escaped, (size_t) snprintf(escaped, sizeof(escaped),
                                               text[i] < 0x20 ? "\\u%04x" : "\\%c", text[i]));
            }
        }
    }
    put("\"", 1);
}

static void
put_column(sqlite3_stmt *query, int column)
{
    char number[LONGEST_NUMBER];

    switch (sqlite3_column_type(query, column)) {

    case SQLITE_INTEGER:
        put(number, (size_t) snprintf(number, sizeof(number), "%lld",
                                      sqlite3_column_int64(query, column)));
        break;

    case SQLITE_FLOAT:
        put(number, (size_t) snprintf(number, sizeof(number), "%.15g",
                                      sqlite3_column_double(query, column)));
        break;

    case SQLITE_TEXT:
        put_string(sqlite3_column_text(query, column),
                   (size_t) sqlite3_column_bytes(query, column));
        break;

    default:
        put("null", 4);
    }
}

int
main(int argc, char **argv)
{
    sqlite3      *db;
    sqlite3_stmt *query;

    if (argc != 3 || sqlite3_open_v2(argv[1], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK
        || sqlite3_prepare_v2(db, argv[2], -1, &query, NULL) != SQLITE_OK)
    {
        fprintf(stderr, "usage: sql_loop DATABASE QUERY\n");
        return 1;
    }

    int    columns = sqlite3_column_count(query);
    char **names = malloc((size_t) columns * sizeof(*names));

    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(query, i);
        names[i] = malloc(strlen(name) + sizeof(",\"\":"));
        sprintf(names[i], "%s\"%s\":", i > 0 ? "," : "", name);
    }

    put("[", 1);
    for (int row = 0; sqlite3_step(query) == SQLITE_ROW; row++) {
        put(",{" + (row == 0), row == 0 ? 1 : 2);
        for (int i = 0; i < columns; i++) {
            put(names[i], strlen(names[i]));
            put_column(query, i);
        }
        put("}", 1);
    }
    put("]", 1);
    flush();
    sqlite3_finalize(query);
    sqlite3_close(db);
    return 0;
}
