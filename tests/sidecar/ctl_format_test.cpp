// What dataactionctl makes of records, parameters and options: text for others to read.

#include <gtest/gtest.h>

#include "core/json/json_reader.h"
#include "sidecar/ctl/completion.h"
#include "sidecar/ctl/http_trace.h"
#include "sidecar/ctl/parameters.h"
#include "sidecar/ctl/progress_bar.h"
#include "sidecar/ctl/record_format.h"
#include "sidecar/ctl/shell_word.h"

namespace dataaction {
namespace {

using std::chrono::seconds;

std::string formatted(RecordFormat format, std::vector<std::string_view> runs,
                      std::vector<std::string> columns = {}) {
  const auto formatter = make_formatter(format, std::move(columns));
  std::string out;
  for (const std::string_view run : runs) formatter->add(run, out);
  formatter->end(out);
  return out;
}

constexpr std::string_view kFirst = "{\"id\":1,\"t\":\"a,\\\"b\\\"\",\"o\":{\"x\":1}}\n";
constexpr std::string_view kSecond =
    "{\"t\":null,\"id\":1e400,\"more\":true}\n{\"t\":[1],\"t\":2}\n";

TEST(RecordFormat, LinesAndArrays) {
  EXPECT_EQ(formatted(RecordFormat::kNdjson, {kFirst, kSecond}),
            std::string(kFirst) + std::string(kSecond));
  EXPECT_EQ(formatted(RecordFormat::kNdjson, {}), "");
  EXPECT_EQ(formatted(RecordFormat::kJson, {}), "[]\n");
  EXPECT_EQ(formatted(RecordFormat::kJson, {"1\n2\n", "3\n"}), "[\n1,\n2,\n3\n]\n");
}

TEST(RecordFormat, Csv) {
  EXPECT_EQ(formatted(RecordFormat::kCsv, {kFirst, kSecond}),
            "id,t\n1,\"a,\"\"b\"\"\"\n1e400,\n,[1]\n");
  EXPECT_EQ(formatted(RecordFormat::kCsv, {kFirst}, {"o", "none"}), "o,none\n\"{\"\"x\"\":1}\",\n");
  EXPECT_EQ(formatted(RecordFormat::kCsv, {}, {"a", "b"}), "a,b\n");
  EXPECT_EQ(formatted(RecordFormat::kCsv, {}), "");
  EXPECT_EQ(formatted(RecordFormat::kCsv, {"{\"a\":\"x\\ny\"}\n"}), "a\n\"x\ny\"\n");
  EXPECT_EQ(formatted(RecordFormat::kCsv, {"[1]\n"}), "\n");
}

TEST(RecordFormat, ATableIsAsWideAsItsFirstRecords) {
  EXPECT_EQ(formatted(RecordFormat::kTable,
                      {"{\"id\":1,\"name\":\"\xC3\xA9t\xC3\xA9\"}\n{\"id\":22,\"name\":\"x\"}\n",
                       "{\"id\":333,\"name\":\"y\"}\n"}),
            "id  name\n--  ----\n1   \xC3\xA9t\xC3\xA9\n22  x\n333  y\n");
}

TEST(RecordFormat, ATableHasNothingThatATerminalObeys) {
  EXPECT_EQ(formatted(RecordFormat::kTable, {"{\"a\":\"\\u001b[2J\\u007f\\u009b\\n!\"}\n"}),
            "a\n--------\n [2J   !\n");
}

TEST(Parameters, AreJsonWhereTheyCanBe) {
  EXPECT_EQ(make_parameters({}), "{}");
  EXPECT_EQ(make_parameters({"a=1", "b=x y", "c=\"1\"", "d=[1, {}]", "e=", "f=007", "g=a=b"}),
            R"({"a":1,"b":"x y","c":"1","d":[1,{}],"e":"","f":"007","g":"a=b"})");
  EXPECT_FALSE(make_parameters({"a"}));
  EXPECT_FALSE(make_parameters({"=1"}));
  EXPECT_FALSE(make_parameters({"a=1", "a=2"}));
}

TEST(HttpTrace, SecretsAreVariables) {
  HttpRequest token;
  token.method = "POST";
  token.url = "https://login.example.com/oauth/token";
  token.headers.add("authorization", "Basic c2VjcmV0");
  token.headers.add("Content-Type", "application/x-www-form-urlencoded");
  token.body = "grant_type=client_credentials&client_id=me&client_secret=s3cret&scope=a";
  EXPECT_EQ(
      curl_command(token),
      "curl -X POST 'https://login.example.com/oauth/token' -u \"$CLIENT_ID:$CLIENT_SECRET\" "
      "-H 'Content-Type: application/x-www-form-urlencoded' -d 'grant_type=client_credentials' "
      "-d 'client_id=me' --data-urlencode \"client_secret=$CLIENT_SECRET\" -d 'scope=a'");

  HttpRequest call;
  call.url = "https://api.example.com/it's";
  call.headers.add("Authorization", "Bearer t0ken");
  call.headers.add("x-api-key", "k3y");
  call.headers.add("Accept", "application/json");
  call.ca_file = "/ca";
  EXPECT_EQ(curl_command(call),
            "curl -X GET 'https://api.example.com/it'\\''s' -H \"Authorization: Bearer $TOKEN\" "
            "-H \"X-API-Key: $API_KEY\" -H 'Accept: application/json' --cacert '/ca'");
  call.body = std::string(kMaxTracedBody + 1, 'x');
  EXPECT_TRUE(curl_command(call).ends_with(" --data-binary @-  # 16385 bytes"));
  call.body = "{\"a\":\"it's\"}";
  EXPECT_TRUE(curl_command(call).ends_with(" --data-binary '{\"a\":\"it'\\''s\"}'"));
}

TEST(ShellUrl, IsAWord) {
  for (const char* url :
       {"http://127.0.0.1/a?limit=1&q=a=b&&token&x", "host", "http://h/@?a@b", ""})
    EXPECT_EQ(shell_url(url), shell_word(url));
  EXPECT_EQ(shell_url("http://h/it's#a"), R"('http://h/it'\''s')");
}

TEST(ShellUrl, UserAndPasswordAreAVariable) {
  EXPECT_EQ(shell_url("http://bob:hunter2@host/x"), R"('http://'"$USERINFO"'@host/x')");
  EXPECT_EQ(shell_url("http:///hunter2@host"), R"('http:///'"$USERINFO"'@host')");
  EXPECT_EQ(shell_url("bob:hunter2@host/a@b"), R"(''"$USERINFO"'@host/a@b')");
  for (const char* url :
       {"http://bob:h@nter2@host", "http://bob:h?nter2@host", "http://b:h#nter2@host"})
    EXPECT_EQ(shell_url(url), R"('http://'"$USERINFO"'@host')");
}

TEST(ShellUrl, ParametersThatAreSecretAreVariables) {
  EXPECT_EQ(shell_url("https://h/x?a=1&access_token=s3cret&b=it's"),
            R"('https://h/x?a=1&access_token='"$URL_ACCESS_TOKEN"'&b=it'\''s')");
  EXPECT_EQ(shell_url("https://h?Key=s3cret"), R"('https://h?Key='"$URL_KEY")");
  EXPECT_EQ(shell_url("https://h?token=s3?cr=et#s3cret"), R"('https://h?token='"$URL_TOKEN")");
  for (const char* name : {"token",
                           "TOKEN",
                           "id_token",
                           "key",
                           "api_key",
                           "apiKey",
                           "API-KEY",
                           "secret",
                           "client_secret",
                           "password",
                           "passwd",
                           "pwd",
                           "sig",
                           "signature",
                           "X-Amz-Signature",
                           "X-Amz-Credential",
                           "x-amz-security-token",
                           "AWSAccessKeyId",
                           "subscription-key",
                           "client_assertion",
                           "$(reboot)key",
                           "a\"b'key"}) {
    const std::string shown = shell_url(std::string("https://h/?") + name + "=s3cret");
    EXPECT_FALSE(shown.contains("s3cret")) << shown;
  }
  EXPECT_TRUE(shell_url("https://h/?$(reboot)key=s3cret").ends_with(R"('"$URL___REBOOT_KEY")"));
  for (const char* name : {"limit", "q", "keyword", "author", "X-Amz-Expires", "pageSize"})
    EXPECT_TRUE(shell_url(std::string("https://h/?") + name + "=1").ends_with("=1'")) << name;
}

TEST(ProgressBar, Lines) {
  EXPECT_EQ(progress_line({1200, 0, 2400, seconds(2)}, 80),
            "[==========          ] 50% 1200 of 2400 records, 600/s, 2 s left");
  EXPECT_EQ(progress_line({10, 0, 5, seconds(1)}, 80),
            "[====================] 100% 10 of 10 records, 10/s, 0 s left");
  EXPECT_EQ(progress_line({0, 0, 7, seconds(1)}, 80),
            "[                    ] 0% 0 of 7 records, 0/s");
  EXPECT_EQ(progress_line({1, 0, 1'000'000, seconds(1)}, 200),
            "[                    ] 0% 1 of 1000000 records, 1/s, 277 h left");
  EXPECT_EQ(progress_line({7, 999, {}, seconds(1)}, 80), "7 records, 999 B, 7/s");
  EXPECT_EQ(progress_line({7, 1'234'567, 0, seconds(1)}, 80), "7 records, 1.2 MB, 7/s");
  EXPECT_EQ(progress_line({7, 0, {}, seconds(1)}, 9), "7 records");
  EXPECT_EQ(summary({100, 999'960, {}, std::chrono::milliseconds(0)}),
            "100 records, 1.0 MB in 0.0 s, 100000 records/s");
}

TEST(Completion, NamesEverything) {
  const std::vector<CompletedCommand> commands = {
      {"one",
       "does it's [best]: now",
       {{{"-o", "--output"}, "where to", true, true},
        {{"--max"}, "at most", true, false},
        {{"-q"}, "quiet", false, false}}},
      {"two", "more", {{{"-h"}, "help", false, false}}, {{"in", "inner", {{{"-x"}, "", false}}}}}};
  const std::string bash = bash_completion(commands);
  EXPECT_TRUE(bash.contains("words='one two'")) << bash;
  EXPECT_TRUE(bash.contains("-o|--output) COMPREPLY=($(compgen -f -- \"$word\")); return ;;"));
  EXPECT_TRUE(bash.contains("--max) return 0 ;;"));
  EXPECT_TRUE(bash.contains("words=' -o --output --max -q' ;;"));
  EXPECT_TRUE(bash.contains("words='in -h' ;;"));
  EXPECT_LT(bash.find("'two in '*)"), bash.find("'two '*)"));
  const std::string zsh = zsh_completion(commands);
  EXPECT_TRUE(zsh.contains(R"('one:does it'\''s \[best\]\: now')")) << zsh;
  EXPECT_TRUE(zsh.contains("'*--output[where to]:file:_files'"));
  EXPECT_TRUE(zsh.contains("'*--max[at most]:value: '"));
  const std::string fish = fish_completion(commands);
  EXPECT_TRUE(fish.contains(R"(-a one -d 'does it\'s [best]: now')")) << fish;
  EXPECT_TRUE(fish.contains("-s o -l output -r -F -d 'where to'"));
  EXPECT_TRUE(fish.contains(" -l max -x -d 'at most'"));
  EXPECT_TRUE(
      fish.contains("-n '__fish_seen_subcommand_from two; and not "
                    "__fish_seen_subcommand_from in' -a in"));
}

}  // namespace
}  // namespace dataaction
