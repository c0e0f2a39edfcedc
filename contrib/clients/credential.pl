use strict;
use warnings;
use JSON::PP;

# Returns where REST calls for an address go and the Authorization that they need, or nothing if no profile is for it.
# Dies at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error.
sub credential {
    my ($url) = @_;
    open my $get, '-|', 'atla-credential', 'get', '--format', 'json', '--url', $url or die "atla-credential: $!\n";
    my $answer = do { local $/; <$get> };
    close $get;
    return if $? >> 8 == 4;
    die 'atla-credential get: ', $? & 127 ? 'signal ' . ($? & 127) : 'exit code ' . ($? >> 8), "\n" if $?;
    return @{ decode_json $answer }{qw(apiBaseUrl authorization)};
}

1;
