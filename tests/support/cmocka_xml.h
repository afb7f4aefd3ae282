// cmocka's XML: one <testsuites> element a group, written when the group ends, to stdout or to the
// file that CMOCKA_XML_FILE names.
//
// "%g" in that name stands for the group. A file that exists is never overwritten: its group goes
// to stderr, as does one whose file cannot be opened. Once this process has created a file, groups
// whose file exists are appended, which is how several groups share one file.
#pragma once

#include "tests/support/cmocka_format.h"

namespace dataaction::cmocka {

class XmlFormat final : public Format {
 public:
  void group_finished(const GroupReport& group) override;

 private:
  // libcmocka's two flags: the XML declaration stands where its last reader expects it.
  bool declared_ = false;
  bool created_file_ = false;
};

// `text` as a double-quoted attribute value, and as a CDATA section. Bytes that are not UTF-8 and
// characters that XML 1.0 does not allow become U+FFFD.
std::string xml_attribute(std::string_view text);
std::string xml_cdata(std::string_view text);

}  // namespace dataaction::cmocka
