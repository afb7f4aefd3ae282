// Goes through a JSON text from its beginning to its end with a JsonScanner, which checks it, and
// tells a derived class what comes, in order:
//
//     bool on_open(char bracket, size_t at);               // `{` or `[`, and where it stands
//     bool on_name(const JsonScanner::String& name);       // of the member whose value comes next
//     bool on_string(const JsonScanner::String& string);
//     bool on_scalar(std::string_view written);            // null, true, false, or a number
//     void on_close(size_t end);                           // behind the bracket
//
// Each of them may end the walk by scanner().fail(). It does not recurse.

#pragma once

#include <string_view>

#include "core/json/json_scanner.h"

namespace dataaction {

template <typename Derived>
class JsonWalk {
 public:
  explicit JsonWalk(std::string_view text) : scanner_(text) {}

  // False: the text is not one JSON value, or was refused; error() says why.
  bool walk() {
    do {
      if (!value()) return false;
      while (scanner_.depth() > 0 && !scanner_.more(first_)) {
        if (scanner_.failed()) return false;
        first_ = false;
        derived().on_close(scanner_.offset());
      }
      if (scanner_.in_object() && !name()) return false;
    } while (scanner_.depth() > 0);
    return scanner_.end();
  }

  const JsonError& error() const { return scanner_.error(); }

 protected:
  JsonScanner& scanner() { return scanner_; }

 private:
  Derived& derived() { return static_cast<Derived&>(*this); }

  // All of a scalar; of an object or array its bracket.
  bool value() {
    const char c = scanner_.peek();
    first_ = c == '{' || c == '[';
    if (first_) {
      const size_t at = scanner_.offset();
      return scanner_.open(c) && derived().on_open(c, at);
    }
    if (c == '"') {
      JsonScanner::String string;
      return scanner_.string(string) && derived().on_string(string);
    }
    std::string_view written;
    return scanner_.value(&written) && derived().on_scalar(written);
  }

  bool name() {
    JsonScanner::String name;
    return scanner_.key(name) && derived().on_name(name);
  }

  JsonScanner scanner_;
  bool first_ = false;  // nothing has come yet in what was opened last
};

}  // namespace dataaction
