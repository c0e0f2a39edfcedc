import { credential } from "./credential.mjs";

for (const url of process.argv.slice(2)) {
  try {
    const found = credential(url);
    if (!found) {
      console.log("none");
      continue;
    }
    const { base, authorization } = found;
    const answer = await fetch(`${base}/rest/api/2/myself`, { headers: { authorization } });
    console.log(answer.status);
  } catch (error) {
    console.error(error);
    console.log("stopped");
  }
}
