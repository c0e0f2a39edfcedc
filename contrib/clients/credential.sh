# shellcheck shell=sh disable=SC2034
# Set `base`, where REST calls for an address go, and `authorization`, the header that they need.
# It returns 4 if no profile is for the address: go on without. Any other failure is one to stop at, such as 3 for no
# token and 5 for try again; why is on standard error. `set -x` would show the token.
credential() { # URL
    base='' authorization=''
    authorization=$(atla-credential get --field apiBaseUrl --field authorization --url "$1") || return
    base=${authorization%
*}
    authorization=${authorization#*
}
}
