import { spawnSync } from "node:child_process";

// Returns where REST calls for an address go and the Authorization that they need, or null if no profile is for it.
// Throws at everything else, such as exit code 3 for no token and 5 for try again; why is on standard error.
export function credential(url) {
  const words = ["get", "--format", "json", "--url", url];
  const { error, status, stdout } = spawnSync("atla-credential", words, { stdio: ["inherit", "pipe", "inherit"] });
  if (status === 4) return null;
  if (status !== 0) throw error ?? new Error(`atla-credential get: exit code ${status}`);
  const { apiBaseUrl: base, authorization } = JSON.parse(stdout);
  return { base, authorization };
}
