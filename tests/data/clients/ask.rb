require "net/http"
require_relative "credential"

ARGV.each do |url|
  begin
    base, authorization = credential(url)
  rescue StandardError => error
    warn error.full_message
    puts "stopped"
    next
  end
  if base.nil?
    puts "none"
    next
  end
  puts Net::HTTP.get_response(URI("#{base}/rest/api/2/myself"), "Authorization" => authorization).code
end
