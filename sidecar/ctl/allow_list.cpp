#include "sidecar/ctl/allow_list.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/base/excerpt.h"
#include "core/json/json_fields.h"
#include "core/json/json_scanner.h"

namespace dataaction {
namespace {

constexpr size_t kMaxShown = 64;  // bytes of a word of the platform's in a message

std::string shown(std::string_view text) {
  return '"' + excerpt(text, kMaxShown, kMaxShown) + '"';
}

enum Member : uint8_t { kCidr, kService, kRegion, kDirection };
constexpr std::array<std::string_view, 4> kMembers = {"cidr", "service", "region", "direction"};
using Entry = std::array<JsonField, kMembers.size()>;

class Reader {
 public:
  Reader(std::string_view answer, const RangeFilter& filter) : scanner_(answer), filter_(filter) {}

  std::expected<std::vector<IpRange>, std::string> read() {
    if (!read_listing()) return std::unexpected(std::move(error_));
    if (scanner_.failed() || !scanner_.end()) {
      return std::unexpected(fmt::format("the answer is not what was asked for: byte {}: {}",
                                         scanner_.error().offset, scanner_.error().what));
    }
    if (ranges_.empty()) return std::unexpected(nothing());
    return merge_ip_ranges(std::move(ranges_));
  }

 private:
  bool read_listing() {
    if (!scanner_.open('{')) return true;
    for (bool first = true; scanner_.more(first); first = false) {
      JsonScanner::String name;
      if (!scanner_.key(name)) return true;
      if (!name.is("entities")) {
        scanner_.value();
      } else if (!read_entities()) {
        return false;
      }
    }
    return true;
  }

  bool read_entities() {
    if (!scanner_.open('[')) return true;
    for (bool first = true; scanner_.more(first); first = false) {
      std::string_view text;
      if (!scanner_.value(&text)) return true;
      Entry entry;
      if (const auto error = read_json_fields(text, kMembers, entry)) {
        error_ = fmt::format("an entry of the answer is no range: {}", error->what);
        return false;
      }
      if (!take(entry)) return false;
    }
    return true;
  }

  bool take(const Entry& entry) {
    const std::string_view service = entry[kService].string();
    const std::string_view region = entry[kRegion].string();
    const std::string_view direction = entry[kDirection].string();
    if (direction != "outbound" && direction != "both") return true;
    if (there_.size() < kMaxThere) there_.emplace(service, region);
    if (service != filter_.service) return true;
    if (!filter_.region.empty() && region != filter_.region) return true;
    const std::string_view cidr = entry[kCidr].string();
    auto range = parse_ip_range(cidr);
    if (!range) {
      error_ = fmt::format("the platform gives {} as a range: {}", shown(cidr), range.error());
      return false;
    }
    ranges_.push_back(*range);
    return true;
  }

  std::string nothing() const {
    std::string text = "the platform has no range of service " + shown(filter_.service);
    if (!filter_.region.empty()) text += " in region " + shown(filter_.region);
    for (const char* before = "; there are: "; const auto& [service, region] : there_) {
      text += before + excerpt(service, kMaxShown, kMaxShown) + " in " +
              excerpt(region, kMaxShown, kMaxShown);
      before = ", ";
    }
    return text;
  }

  static constexpr size_t kMaxThere = 20;

  JsonScanner scanner_;
  const RangeFilter& filter_;
  std::vector<IpRange> ranges_;
  std::set<std::pair<std::string, std::string>> there_;  // services, and their regions
  std::string error_;
};

std::string_view take_directive(std::string_view& text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    if (!line.empty() && !line.starts_with('#')) return line;
  }
  return {};
}

}  // namespace

std::expected<std::vector<IpRange>, std::string> read_ip_ranges(std::string_view answer,
                                                                const RangeFilter& filter) {
  return Reader(answer, filter).read();
}

std::string format_allow_list(const AllowList& list) {
  std::string out = fmt::format(
      "# Made by dataactionctl ipranges at {}\n# from {}:\n# service {}, {}, outbound.\n",
      list.time, list.origin, list.filter.service,
      list.filter.region.empty() ? "all regions" : "region " + list.filter.region);
  if (!list.deny_all) out += "# Whoever is not in it gets in too, unless `deny all;` follows.\n";
  for (const IpRange& range : list.ranges) {
    out += fmt::format("allow {};\n", format_ip_range(range));
  }
  if (list.deny_all) out += "deny all;\n";
  return out;
}

bool same_directives(std::string_view one, std::string_view other) {
  for (;;) {
    const std::string_view directive = take_directive(one);
    if (directive != take_directive(other)) return false;
    if (directive.empty()) return true;
  }
}

}  // namespace dataaction
