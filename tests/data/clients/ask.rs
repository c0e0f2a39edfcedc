use std::io::Write;
use std::process::{Command, Stdio};

mod credential;

fn main() {
    for url in std::env::args().skip(1) {
        match credential::credential(&url) {
            Ok(Some(found)) => request(&found),
            Ok(None) => println!("none"),
            Err(error) => {
                eprintln!("{error:?}");
                println!("stopped");
            }
        }
    }
}

fn request(found: &credential::Credential) {
    let mut curl = Command::new("curl")
        .args(["-s", "-o", "/dev/null", "-w", "%{http_code}\\n", "-H", "@-"])
        .arg(format!("{}/rest/api/2/myself", found.base))
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(
        curl.stdin.take().unwrap(),
        "Authorization: {}",
        found.authorization
    )
    .unwrap();
    curl.wait().unwrap();
}
