#include "sidecar/platform/search_pages.h"

#include "sidecar/platform/details_job_pages.h"
#include "sidecar/platform/details_query_pages.h"
#include "sidecar/platform/tutorial_search_pages.h"

namespace dataaction {

Task<> SearchPages::close(bool) {
  co_return;
}

std::unique_ptr<SearchPages> make_search_pages(Platform& platform, Clock& clock, SearchRun run) {
  switch (run.search.backend) {
    case SearchBackend::kTutorialSearch:
      return std::make_unique<TutorialSearchPages>(platform, std::move(run));
    case SearchBackend::kDetailsQuery:
      return std::make_unique<DetailsQueryPages>(platform, std::move(run));
    case SearchBackend::kDetailsJobs:
      break;
  }
  return std::make_unique<DetailsJobPages>(platform, clock, std::move(run));
}

}  // namespace dataaction
