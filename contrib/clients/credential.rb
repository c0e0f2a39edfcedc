require "json"
require "open3"

# Returns where REST calls for an address go and the Authorization that they need, or nil if no profile is for it.
# Raises at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error.
def credential(url)
  answer, status = Open3.capture2("atla-credential", "get", "--format", "json", "--url", url)
  return if status.exitstatus == 4
  raise "atla-credential get: #{status}" unless status.success?

  JSON.parse(answer).values_at("apiBaseUrl", "authorization")
rescue JSON::ParserError
  raise "atla-credential get: no JSON", cause: nil # the parser's own error shows all of it
end
