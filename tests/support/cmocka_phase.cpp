#include "tests/support/cmocka_phase.h"

#include <elf.h>
#include <unwind.h>

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <optional>
#include <string_view>
#include <vector>

// The linker's name for the first byte of the program in memory.
extern "C" __attribute__((visibility("hidden"))) const char __ehdr_start;

namespace dataaction::cmocka {
namespace {

struct PhaseFunction {
  std::uintptr_t begin;
  std::uintptr_t end;
  Phase phase;
};

std::optional<Phase> phase_of_symbol(std::string_view mangled) {
  mangled = mangled.substr(0, mangled.find('.'));  // ".cold", ".part.0": pieces of a function
  if (mangled.ends_with("5SetUpEv") || mangled.ends_with("10CreateTestEv")) return Phase::kSetup;
  if (mangled.ends_with("8TestBodyEv")) return Phase::kTest;
  if (mangled.ends_with("8TearDownEv")) return Phase::kTeardown;
  return std::nullopt;
}

template <class T>
std::vector<T> read_table(std::ifstream& file, std::uint64_t offset, std::uint64_t bytes) {
  std::vector<T> table(bytes / sizeof(T));
  file.seekg(static_cast<std::streamoff>(offset));
  file.read(reinterpret_cast<char*>(table.data()),
            static_cast<std::streamsize>(table.size() * sizeof(T)));
  if (!file) table.clear();
  return table;
}

// Test functions are hidden, so the dynamic linker (dladdr) cannot name them: the symbol table of
// the program's file can.
std::vector<PhaseFunction> read_phase_functions() {
  std::ifstream file("/proc/self/exe", std::ios::binary);
  std::vector<PhaseFunction> functions;

  const auto header = read_table<Elf64_Ehdr>(file, 0, sizeof(Elf64_Ehdr));
  if (header.empty()) return functions;
  const std::uintptr_t base =
      header[0].e_type == ET_DYN ? reinterpret_cast<std::uintptr_t>(&__ehdr_start) : 0;

  const auto sections =
      read_table<Elf64_Shdr>(file, header[0].e_shoff, header[0].e_shnum * sizeof(Elf64_Shdr));
  for (const Elf64_Shdr& section : sections) {
    if (section.sh_type != SHT_SYMTAB || section.sh_link >= sections.size()) continue;

    const Elf64_Shdr& strings = sections[section.sh_link];
    auto names = read_table<char>(file, strings.sh_offset, strings.sh_size);
    names.push_back('\0');
    for (const auto& symbol : read_table<Elf64_Sym>(file, section.sh_offset, section.sh_size)) {
      if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_name >= names.size()) continue;
      if (const auto phase = phase_of_symbol(&names[symbol.st_name])) {
        const std::uintptr_t begin = base + symbol.st_value;
        functions.push_back({begin, begin + symbol.st_size, *phase});
      }
    }
  }
  return functions;
}

_Unwind_Reason_Code visit_frame(_Unwind_Context* context, void* data) {
  static const std::vector<PhaseFunction> functions = read_phase_functions();

  // A return address may lie behind the last byte of its function; the call itself does not.
  const std::uintptr_t call = _Unwind_GetIP(context) - 1;
  const auto found = std::ranges::find_if(
      functions, [call](const PhaseFunction& f) { return f.begin <= call && call < f.end; });
  // The outermost one counts: a test body may well call some other object's SetUp().
  if (found != functions.end()) *static_cast<Phase*>(data) = found->phase;
  return _URC_NO_REASON;
}

}  // namespace

Phase phase_of(const testing::TestPartResult& part) {
  // An exception has unwound the stack before GoogleTest reports it, without a source file.
  if (part.file_name() == nullptr) {
    const std::string_view message = part.message();
    const auto thrown_in = [message](std::string_view place) {
      return message.find(place) != std::string_view::npos;
    };
    if (thrown_in(" thrown in SetUp()") || thrown_in(" thrown in the test fixture's constructor")) {
      return Phase::kSetup;
    }
    if (thrown_in(" thrown in TearDown()") ||
        thrown_in(" thrown in the test fixture's destructor")) {
      return Phase::kTeardown;
    }
  }

  Phase phase = Phase::kTest;
  _Unwind_Backtrace(visit_frame, &phase);
  return phase;
}

}  // namespace dataaction::cmocka
