#include "sidecar/platform/platform_check.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "tests/sidecar/scratch.h"

namespace dataaction {
namespace {

constexpr const char* kCertificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBdTCCARugAwIBAgIUX3g4Avrd/00t3cPjpngGVKJj55swCgYIKoZIzj0EAwIw\n"
    "DzENMAsGA1UEAwwEdGVzdDAgFw0yNjExMjExMzIyNDFaGA8yMTI2MTAyODEzMjI0\n"
    "MVowDzENMAsGA1UEAwwEdGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMDM\n"
    "Q7DhlwYrwjfioYAISV3/TAJKyaDc+eTDMSml+kQf6nnTBbEgpZRI7xoX3doVZmdq\n"
    "SPXjC/qJIM2oXpKNYBKjUzBRMB0GA1UdDgQWBBQ9BnTEM37G6QHCA5/fixwnX55Y\n"
    "ezAfBgNVHSMEGDAWgBQ9BnTEM37G6QHCA5/fixwnX55YezAPBgNVHRMBAf8EBTAD\n"
    "AQH/MAoGCCqGSM49BAMCA0gAMEUCIQCn7oLkKGg8MLofhwn9QCruET5BtRsDGG+o\n"
    "AQH8vMYuHgIgVb5+PtIqyx7iK/63Or03s2AtJ3AUNGAuBcvoLiXqsLs=\n"
    "-----END CERTIFICATE-----\n";

class PlatformCheck : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text, mode_t mode = 0600) const {
    const std::string path = scratch_.write(name, text);
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  static PlatformConfig platform(const std::string& secret, const std::string& ca_file = "") {
    PlatformConfig platform;
    platform.client_secret_file = secret;
    platform.client_secret_file_at = {"x.conf", 3};
    platform.ca_file = ca_file;
    platform.ca_file_at = {"x.conf", 4};
    return platform;
  }

  static std::string refusal(std::vector<PlatformConfig> platforms) {
    Config config;
    config.platforms = std::move(platforms);
    const auto checked = check_platforms(config);
    return checked ? "" : describe(checked.error());
  }

  Scratch scratch_;
  std::string secret_ = write("secret", "s");
};

TEST_F(PlatformCheck, Passes) {
  EXPECT_EQ(refusal({}), "");
  const std::string ca = write("ca.pem", kCertificate, 0644);
  EXPECT_EQ(refusal({platform(secret_), platform(secret_, ca)}), "");
}

TEST_F(PlatformCheck, SaysItAtTheDirective) {
  const std::string open = write("open", "s", 0644);
  EXPECT_EQ(refusal({platform(secret_), platform(open)}),
            "the secret file \"" + open + "\" is readable by everybody in x.conf:3");
  const std::string none = scratch_.path("none");
  EXPECT_EQ(refusal({platform(secret_, none)}),
            "cannot read the CA file \"" + none + "\" (2: No such file or directory) in x.conf:4");
}

TEST_F(PlatformCheck, WantsCertificates) {
  const std::string text(kCertificate);
  const std::string damaged = text.substr(0, text.size() / 2);
  for (const std::string& path :
       {write("a", ""), write("b", "no PEM"), write("c", damaged), std::string("/")}) {
    EXPECT_EQ(refusal({platform(secret_, path)}),
              "no certificates in the CA file \"" + path + "\" in x.conf:4");
  }
}

}  // namespace
}  // namespace dataaction
