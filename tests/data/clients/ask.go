package main

import (
	"errors"
	"fmt"
	"net/http"
	"os"
)

func main() {
	for _, url := range os.Args[1:] {
		base, authorization, err := credential(url)
		if errors.Is(err, errNoProfile) {
			fmt.Println("none")
			continue
		}
		if err != nil {
			fmt.Println("stopped")
			continue
		}
		request, _ := http.NewRequest("GET", base+"/rest/api/2/myself", nil)
		request.Header.Set("Authorization", authorization)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			panic(err)
		}
		fmt.Println(answer.StatusCode)
	}
}
