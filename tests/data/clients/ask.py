import subprocess
import sys
from urllib.request import Request, urlopen

from credential import credential

for url in sys.argv[1:]:
    try:
        found = credential(url)
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        print(repr(error), vars(error), file=sys.stderr)
        print("stopped")
        continue
    if found is None:
        print("none")
        continue
    base, authorization = found
    with urlopen(Request(f"{base}/rest/api/2/myself", headers={"Authorization": authorization})) as answer:  # noqa: S310  # at the address that the program gave
        print(answer.status)
