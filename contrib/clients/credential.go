package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// errNoProfile says that no profile is for an address: go on without.
var errNoProfile = errors.New("no profile answers at this address")

// credential returns where REST calls for an address go and the Authorization that they need, or errNoProfile. Any other
// error is one to stop at, such as exit code 3 for no token and 5 for try again; why is on standard error.
func credential(url string) (base, authorization string, err error) {
	get := exec.Command("atla-credential", "get", "--format", "json", "--url", url)
	get.Stderr = os.Stderr
	out, err := get.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 4 {
		return "", "", errNoProfile
	}
	if err != nil {
		return "", "", fmt.Errorf("atla-credential get: %w", err)
	}
	var answer struct {
		Base          string `json:"apiBaseUrl"`
		Authorization string `json:"authorization"`
	}
	err = json.Unmarshal(out, &answer)
	return answer.Base, answer.Authorization, err
}
