//! Hands the version of zeromq that Cargo.lock names, and cargo therefore links, to the program as ZEROMQ_VERSION.

fn main() {
    println!("cargo:rerun-if-changed=Cargo.lock");
    let lock = std::fs::read_to_string("Cargo.lock").expect("Cargo.lock beside Cargo.toml");
    let entry = lock.split("[[package]]").find(|entry| entry.contains("name = \"zeromq\""));
    let version = entry
        .and_then(|entry| entry.split("version = \"").nth(1))
        .and_then(|rest| rest.split('"').next())
        .expect("a version of zeromq in Cargo.lock");
    println!("cargo:rustc-env=ZEROMQ_VERSION={version}");
}
