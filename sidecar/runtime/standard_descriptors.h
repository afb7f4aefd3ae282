// Descriptors 0, 1 and 2 as a program finds them.

#pragma once

namespace dataaction {

// Before anything else is opened. One that is closed becomes one that cannot be used, so that no
// other file gets its number: what is written to it fails.
void occupy_standard_descriptors();

}  // namespace dataaction
