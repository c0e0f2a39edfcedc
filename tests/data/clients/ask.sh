. ./credential.sh
for url in "$@"; do
    code=0
    credential "$url" || code=$?
    case $code in
        0) printf 'Authorization: %s\n' "$authorization" |
            curl -s -o /dev/null -w '%{http_code}\n' -H @- "$base/rest/api/2/myself" ;;
        4) echo none ;;
        *) echo stopped ;;
    esac
done
