package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	for _, url := range os.Args[1:] {
		base, authorization, err := credential(url)
		if errors.Is(err, errNoProfile) {
			fmt.Println("none")
			continue
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%#v\n", err)
			fmt.Println("stopped")
			continue
		}
		// Go 1.20 and newer would first compile its own HTTPS, for 13 s.
		curl := exec.Command("curl", "-s", "-o", "/dev/null", "-w", "%{http_code}\n", "-H", "@-", base+"/rest/api/2/myself")
		curl.Stdin = strings.NewReader("Authorization: " + authorization + "\n")
		curl.Stdout = os.Stdout
		if err := curl.Run(); err != nil {
			panic(err)
		}
	}
}
