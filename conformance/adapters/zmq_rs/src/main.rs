//! Serves the adapter protocol of zmtp-conformance on stdin and stdout for zmq.rs (the crate `zeromq`).
//!
//! Theory of operation: one JSON object a line comes in and is answered by one, in any order. Each socket belongs to a
//! task of its own (see `socket`), which receives all the time; whatever may have to wait is answered by a task of that
//! socket. stderr is the log. A panic anywhere ends the process (see Cargo.toml).

mod socket;

use serde_json::{json, Map, Value};
use std::collections::HashMap;
use std::io::Write;
use tokio::io::{AsyncBufReadExt, BufReader};

use socket::{Failure, Handle, KINDS};

type Outcome = Result<Value, Failure>;

#[tokio::main]
async fn main() {
    let mut input = BufReader::new(tokio::io::stdin());
    let mut sockets: HashMap<String, Handle> = HashMap::new();
    let mut opened = 0;
    loop {
        let mut line = Vec::new();
        if input.read_until(b'\n', &mut line).await.unwrap_or(0) == 0 {
            std::process::exit(0);
        }
        let request: Map<String, Value> = match serde_json::from_slice(&line) {
            Ok(request) => request,
            Err(reason) => {
                answer(&Value::Null, Err(Failure::Error(format!("not a request: {reason}"))));
                continue;
            }
        };
        let Some(id) = request.get("id").filter(|id| id.is_u64()).cloned() else {
            answer(&Value::Null, Err(Failure::Error("a request without an id".into())));
            continue;
        };
        let op = text(&request, "op").unwrap_or_default().to_owned();
        match op.as_str() {
            "hello" => answer(&id, Ok(hello())),
            "quit" => {
                answer(&id, Ok(json!({})));
                std::process::exit(0);
            }
            "open" => match Handle::open(&request).await {
                Ok((handle, mut reply)) => {
                    opened += 1;
                    let name = format!("{}-{opened}", text(&request, "socket_type").unwrap_or_default());
                    reply["handle"] = json!(name);
                    sockets.insert(name, handle);
                    answer(&id, Ok(reply));
                }
                Err(failure) => answer(&id, Err(failure)),
            },
            "connect" | "send" | "recv" | "subscribe" | "unsubscribe" | "events" | "close" => {
                let name = text(&request, "handle").unwrap_or_default();
                match sockets.get(name) {
                    None => answer(&id, Err(Failure::Error(format!("no open socket has the handle {name:?}")))),
                    Some(_) if op == "close" => {
                        sockets.remove(name);
                        answer(&id, Ok(json!({})));
                    }
                    Some(handle) => handle.ask(&op, request, move |outcome| answer(&id, outcome)),
                }
            }
            "zap" => answer(&id, Err(Failure::Unsupported("zmq.rs has no ZAP".into()))),
            _ => answer(&id, Err(Failure::Unsupported(format!("zmq.rs cannot {op:?}")))),
        }
    }
}

fn hello() -> Value {
    json!({
        "protocol": 1,
        "name": "zmq.rs",
        "version": env!("ZEROMQ_VERSION"), // of Cargo.lock, by build.rs
        "details": {"crate": "zeromq", "runtime": "tokio"},
        "roles": ["bind", "connect"],
        "mechanisms": ["NULL"],
        "socket_types": KINDS,
        "options": ["monitor"],
    })
}

fn answer(id: &Value, outcome: Outcome) {
    let (status, mut reply) = match outcome {
        Ok(fields) => ("ok", fields),
        Err(Failure::Unsupported(reason)) => ("unsupported", json!({"reason": reason})),
        Err(Failure::Error(reason)) => ("error", json!({"reason": reason})),
    };
    reply["status"] = json!(status);
    reply["id"] = id.clone();
    let mut output = std::io::stdout().lock();
    if writeln!(output, "{reply}").and_then(|()| output.flush()).is_err() {
        std::process::exit(1); // nobody listens any more
    }
}

fn text<'a>(request: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    request.get(name)?.as_str()
}
