use std::error::Error;
use std::process::{Command, Stdio};

/// Where REST calls for an address go, and the Authorization that they need.
pub struct Credential {
    pub base: String,
    pub authorization: String,
}

/// Asks atla-credential; `None` says that no profile is for the address. An error is one to stop at,
/// such as exit code 3 for no token and 5 for try again; why is on standard error.
pub fn credential(url: &str) -> Result<Option<Credential>, Box<dyn Error>> {
    let get = Command::new("atla-credential")
        .args(["get", "--url", url])
        .args(["--field", "apiBaseUrl"])
        .args(["--field", "authorization"])
        .stderr(Stdio::inherit())
        .output()?;
    if get.status.code() == Some(4) {
        return Ok(None);
    }
    let answer = String::from_utf8_lossy(&get.stdout);
    match answer.trim_end().split_once('\n') {
        Some((base, authorization)) if get.status.success() => Ok(Some(Credential {
            base: base.into(),
            authorization: authorization.into(),
        })),
        _ => Err(format!("atla-credential get: {}", get.status).into()),
    }
}
