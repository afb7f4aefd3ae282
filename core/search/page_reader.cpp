#include "core/search/page_reader.h"

#include <array>

#include "core/base/units.h"
#include "core/json/json_writer.h"

namespace dataaction {
namespace {

// What the parts of a page are called; empty: there is no such part.
struct PageNames {
  std::string_view list;
  std::string_view cursor;
  std::string_view total;
};

// By SearchBackend.
constexpr std::array<PageNames, kSearchBackendNames.size()> kNames = {{
    {"results", "nextPage", "total"},
    {"conversations", "", "totalHits"},
    {"conversations", "cursor", ""},
}};

std::string quoted(std::string_view text) {
  std::string out;
  append_json_string(out, text);
  return out;
}

bool fits_as_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxIdSize;
}

// A member that a page or record has once; of a record's the first counts.
struct Member {
  bool seen = false;
  JsonScanner::String text;  // if it is a string
};

class PageReader {
 public:
  PageReader(SearchBackend backend, std::string_view body, size_t max_record_size, Page& page)
      : names_(kNames[static_cast<size_t>(backend)]),
        tutorial_(backend == SearchBackend::kTutorialSearch),
        max_record_size_(max_record_size),
        page_(page),
        scanner_(body) {}

  bool read() {
    scanner_.open('{');
    for (bool first = true; scanner_.more(first); first = false) {
      JsonScanner::String name;
      if (!scanner_.key(name) || !member(name)) return false;
    }
    return scanner_.end() && check();
  }

  const JsonError& error() const { return scanner_.error(); }

 private:
  enum Part : size_t { kList, kCursor, kTotal };

  bool member(const JsonScanner::String& name) {
    scanner_.peek();
    const size_t at = scanner_.offset();
    if (is(name, names_.list)) return once(kList, names_.list) && list();
    if (is(name, names_.cursor)) return once(kCursor, names_.cursor) && cursor();
    if (is(name, names_.total)) return once(kTotal, names_.total) && total();
    std::string_view value;
    if (!scanner_.value(&value)) return false;
    if (value == "null") return true;
    if (name.is("error")) return fail("the answer is an error", at);
    if (name.is("message") || name.is("code")) message_ = true;
    return true;
  }

  static bool is(const JsonScanner::String& name, std::string_view known) {
    return !known.empty() && name.is(known);
  }

  bool once(Part part, std::string_view name) {
    if (seen_[part]) return fail(quoted(name) + " appears twice", scanner_.offset());
    return seen_[part] = true;
  }

  bool list() {
    if (scanner_.peek() == 'n') return scanner_.value();
    if (scanner_.peek() != '[') return wrong(names_.list, "a list");
    has_list_ = true;
    scanner_.open('[');
    for (bool first = true; scanner_.more(first); first = false) {
      if (!record()) return false;
    }
    return !scanner_.failed();
  }

  bool cursor() {
    const char next = scanner_.peek();
    if (next == 'n') return scanner_.value();
    if (tutorial_) return cursor_as_json(next);
    if (next != '"') return wrong(names_.cursor, "a string");
    JsonScanner::String text;
    if (!scanner_.string(text)) return false;
    page_.cursor = text.unescaped();
    return true;
  }

  bool cursor_as_json(char next) {
    const bool number = next == '-' || (next >= '0' && next <= '9');
    if (next != '"' && !number) return wrong(names_.cursor, "a string or a number");
    std::string_view text;
    if (!scanner_.value(&text)) return false;
    if (text != R"("")") page_.cursor = text;
    return true;
  }

  bool total() {
    scanner_.peek();
    const size_t at = scanner_.offset();
    std::string_view text;
    if (!scanner_.value(&text)) return false;
    if (text == "null") return true;
    page_.total = parse_number(text);
    return page_.total || fail(quoted(names_.total) + " is not a whole number", at);
  }

  bool record() {
    if (scanner_.peek() != '{') return fail(nth_record() + " is not an object", scanner_.offset());
    const size_t at = scanner_.offset();
    const size_t begin = page_.bytes.size();
    Member conversation_id;
    Member id;
    scanner_.start_copy(page_.bytes);
    scanner_.open('{');
    for (bool first = true; scanner_.more(first); first = false) {
      JsonScanner::String name;
      if (!scanner_.key(name)) return false;
      const bool read = name.is("conversationId") ? record_member(conversation_id)
                        : name.is("id")           ? record_member(id)
                                                  : scanner_.value();
      if (!read) return false;
    }
    if (scanner_.failed()) return false;
    scanner_.finish_copy();
    append_id(conversation_id.text, id.text);
    if (page_.bytes.size() - begin > max_record_size_) return too_long(at);
    page_.bytes += '\n';
    page_.entries.push_back({page_.bytes.size(), page_.ids.size()});
    return true;
  }

  bool record_member(Member& member) {
    if (member.seen || scanner_.peek() != '"') {
      member.seen = true;
      return scanner_.value();
    }
    member.seen = true;
    return scanner_.string(member.text);
  }

  void append_id(const JsonScanner::String& conversation_id, const JsonScanner::String& id) {
    for (const JsonScanner::String* text : {&conversation_id, &id}) {
      if (!text->escaped && fits_as_id(text->raw)) {
        page_.ids += text->raw;
        return;
      }
      const std::string plain = text->escaped ? text->unescaped() : std::string();
      if (fits_as_id(plain)) {
        page_.ids += plain;
        return;
      }
    }
  }

  bool too_long(size_t at) {
    const size_t id_begin = page_.entries.empty() ? 0 : page_.entries.back().id_end;
    std::string what = nth_record();
    if (id_begin < page_.ids.size()) what += ", " + quoted(page_.ids.substr(id_begin)) + ',';
    what += " is larger than max_record_size, " + std::to_string(max_record_size_) + " bytes";
    return fail(std::move(what), at);
  }

  // What only the whole page shows.
  bool check() {
    if (has_list_) return true;
    if (message_) return fail("the answer is an error", 0);
    return !tutorial_ || fail(quoted(names_.list) + " is missing", 0);
  }

  std::string nth_record() const { return "record " + std::to_string(page_.entries.size() + 1); }
  bool wrong(std::string_view name, std::string_view what) {
    return fail(quoted(name) + " is not " + std::string(what), scanner_.offset());
  }
  bool fail(std::string what, size_t at) { return scanner_.fail(std::move(what), at); }

  const PageNames& names_;
  const bool tutorial_;
  const size_t max_record_size_;
  Page& page_;
  JsonScanner scanner_;
  std::array<bool, 3> seen_{};  // by Part
  bool has_list_ = false;
  bool message_ = false;
};

}  // namespace

std::string_view Page::record(size_t at) const {
  const size_t begin = at == 0 ? 0 : entries[at - 1].end;
  return std::string_view(bytes).substr(begin, entries[at].end - begin);
}

std::string_view Page::id(size_t at) const {
  const size_t begin = at == 0 ? 0 : entries[at - 1].id_end;
  return std::string_view(ids).substr(begin, entries[at].id_end - begin);
}

void Page::clear() {
  bytes.clear();
  ids.clear();
  entries.clear();
  cursor.clear();
  total.reset();
}

std::expected<void, JsonError> read_page(SearchBackend backend, std::string_view body,
                                         size_t max_record_size, Page& page) {
  page.clear();
  page.bytes.reserve(body.size());  // a record's LF takes the place of its comma or bracket
  PageReader reader(backend, body, max_record_size, page);
  if (reader.read()) return {};
  page.clear();
  return std::unexpected(reader.error());
}

}  // namespace dataaction
