//! One socket of zmq.rs and the tasks that serve it.
//!
//! Theory of operation: the socket is owned by one task, because zmq.rs wants `&mut` for everything. That task connects
//! and sends as it is told to, and receives whenever it has nothing else to do, a few messages ahead of those that are
//! asked for: zmq.rs reads its connections, and learns that one has ended, only while somebody receives. An XPUB
//! receives without limit, because that is how it learns of subscriptions, and a REQ or REP, whose sends and receives
//! take turns, only when it is asked to. Dropping the handle ends the task and with it the socket; who still waits is
//! told so.

use bytes::Bytes;
use futures::StreamExt;
use serde_json::{json, Map, Value};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot, Mutex};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout_at, Instant};
use zeromq::util::PeerIdentity;
use zeromq::*;

/// The socket types that zmq.rs implements; its `SocketType` names two more.
pub const KINDS: [&str; 10] = ["REQ", "REP", "DEALER", "ROUTER", "PUB", "SUB", "XPUB", "XSUB", "PUSH", "PULL"];

const AHEAD: usize = 8;
const TICK: Duration = Duration::from_millis(1);
/// How long a `send` or `recv` with no timeout waits: the tasks of zmq.rs need their turns.
const MOMENT: Duration = Duration::from_millis(10);

pub enum Failure {
    Unsupported(String),
    Error(String),
}

impl From<ZmqError> for Failure {
    fn from(reason: ZmqError) -> Self {
        Failure::Error(reason.to_string())
    }
}

type Request = Map<String, Value>;

enum Any {
    Req(ReqSocket),
    Rep(RepSocket),
    Dealer(DealerSocket),
    Router(RouterSocket),
    Pub(PubSocket),
    Sub(SubSocket),
    XPub(XPubSocket),
    XSub(XSubSocket),
    Push(PushSocket),
    Pull(PullSocket),
}

macro_rules! each {
    ($any:expr, $socket:ident => $body:expr) => {
        match $any {
            Any::Req($socket) => $body,
            Any::Rep($socket) => $body,
            Any::Dealer($socket) => $body,
            Any::Router($socket) => $body,
            Any::Pub($socket) => $body,
            Any::Sub($socket) => $body,
            Any::XPub($socket) => $body,
            Any::XSub($socket) => $body,
            Any::Push($socket) => $body,
            Any::Pull($socket) => $body,
        }
    };
}

impl Any {
    fn new(kind: &str, options: SocketOptions) -> Option<Self> {
        Some(match kind {
            "REQ" => Any::Req(ReqSocket::with_options(options)),
            "REP" => Any::Rep(RepSocket::with_options(options)),
            "DEALER" => Any::Dealer(DealerSocket::with_options(options)),
            "ROUTER" => Any::Router(RouterSocket::with_options(options)),
            "PUB" => Any::Pub(PubSocket::with_options(options)),
            "SUB" => Any::Sub(SubSocket::with_options(options)),
            "XPUB" => Any::XPub(XPubSocket::with_options(options)),
            "XSUB" => Any::XSub(XSubSocket::with_options(options)),
            "PUSH" => Any::Push(PushSocket::with_options(options)),
            "PULL" => Any::Pull(PullSocket::with_options(options)),
            _ => return None,
        })
    }

    async fn send(&mut self, message: ZmqMessage) -> ZmqResult<()> {
        match self {
            Any::Req(socket) => socket.send(message).await,
            Any::Rep(socket) => socket.send(message).await,
            Any::Dealer(socket) => socket.send(message).await,
            Any::Router(socket) => socket.send(message).await,
            Any::Pub(socket) => socket.send(message).await,
            Any::XPub(socket) => socket.send(message).await,
            Any::XSub(socket) => socket.send(message).await,
            Any::Push(socket) => socket.send(message).await,
            Any::Sub(_) | Any::Pull(_) => Err(ZmqError::Other("this type of socket does not send")),
        }
    }

    async fn recv(&mut self) -> ZmqResult<ZmqMessage> {
        match self {
            Any::Req(socket) => socket.recv().await,
            Any::Rep(socket) => socket.recv().await,
            Any::Dealer(socket) => socket.recv().await,
            Any::Router(socket) => socket.recv().await,
            Any::Sub(socket) => socket.recv().await,
            Any::XPub(socket) => socket.recv().await,
            Any::XSub(socket) => socket.recv().await,
            Any::Pull(socket) => socket.recv().await,
            Any::Pub(_) | Any::Push(_) => std::future::pending().await,
        }
    }

    async fn subscribe(&mut self, prefix: &str, cancel: bool) -> ZmqResult<()> {
        match self {
            Any::Sub(socket) if cancel => socket.unsubscribe(prefix).await,
            Any::Sub(socket) => socket.subscribe(prefix).await,
            Any::XSub(socket) if cancel => socket.unsubscribe(prefix).await,
            Any::XSub(socket) => socket.subscribe(prefix).await,
            _ => Err(ZmqError::Other("this type of socket does not subscribe")),
        }
    }

    /// Connect and bind are the same for all types, but their trait is not object-safe.
    async fn connect(&mut self, endpoint: &str) -> ZmqResult<()> {
        each!(self, socket => socket.connect(endpoint).await)
    }

    async fn bind(&mut self, endpoint: &str) -> ZmqResult<Endpoint> {
        each!(self, socket => socket.bind(endpoint).await)
    }

    fn monitor(&mut self) -> futures::channel::mpsc::Receiver<SocketEvent> {
        each!(self, socket => socket.monitor())
    }
}

/// What the owner of a socket is told to do; the result goes back by the channel.
enum Order {
    Connect(String),
    Send(ZmqMessage, oneshot::Sender<ZmqResult<()>>),
    Subscribe(String, bool, oneshot::Sender<ZmqResult<()>>),
    Receive,
}

type Inbox = Arc<Mutex<mpsc::Receiver<ZmqResult<Value>>>>;

/// What can be asked of an open socket.
pub struct Handle {
    kind: String,
    orders: mpsc::UnboundedSender<Order>,
    inbox: Inbox,
    events: Arc<Mutex<mpsc::UnboundedReceiver<Value>>>,
    tasks: [AbortHandle; 2],
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.tasks.iter().for_each(AbortHandle::abort);
    }
}

impl Handle {
    /// Open a socket as the request says; with `bind` the fields that come back have its endpoint.
    pub async fn open(request: &Request) -> Result<(Self, Value), Failure> {
        let kind = text(request, "socket_type")?;
        let mechanism = text(request, "mechanism")?;
        if mechanism != "NULL" {
            return Err(Failure::Unsupported(format!("zmq.rs does not implement {mechanism}")));
        }
        if request.get("zap_domain").is_some_and(|domain| domain != "") {
            return Err(Failure::Unsupported("zmq.rs has no ZAP".into()));
        }
        let options = request.get("options").and_then(Value::as_object).cloned().unwrap_or_default();
        if let Some(name) = options.keys().find(|name| *name != "monitor") {
            return Err(Failure::Unsupported(format!("zmq.rs has no option for {name}")));
        }
        let mut settings = SocketOptions::default();
        if request.contains_key("identity") {
            let identity = octets(&request["identity"])?;
            if identity.is_empty() {
                return Err(Failure::Unsupported("zmq.rs makes up an identity where an empty one is set".into()));
            }
            settings.peer_identity(PeerIdentity::try_from(identity)?);
        }
        let mut socket =
            Any::new(kind, settings).ok_or_else(|| Failure::Unsupported(format!("zmq.rs has no {kind}")))?;
        for prefix in request.get("subscriptions").and_then(Value::as_array).into_iter().flatten() {
            socket.subscribe(&topic(prefix)?, false).await?;
        }
        let mut reported = socket.monitor();
        let mut reply = json!({});
        if request.get("bind") == Some(&json!(true)) {
            reply["endpoint"] = json!(socket.bind("tcp://127.0.0.1:0").await?.to_string());
        }
        let (orders, ordered) = mpsc::unbounded_channel();
        let (received, inbox) = mpsc::channel(if kind == "XPUB" { 1 << 16 } else { AHEAD });
        let (noticed, events) = mpsc::unbounded_channel();
        let owner = tokio::spawn(own(socket, ordered, received));
        let watcher = tokio::spawn(async move {
            while let Some(event) = reported.next().await {
                let _ = noticed.send(described(event));
            }
        });
        let (inbox, events) = (Arc::new(Mutex::new(inbox)), Arc::new(Mutex::new(events)));
        let tasks = [owner.abort_handle(), watcher.abort_handle()];
        Ok((Handle { kind: kind.into(), orders, inbox, events, tasks }, reply))
    }

    /// Do what an operation asks and reply, now or later.
    pub fn ask(&self, op: &str, request: Request, reply: impl FnOnce(Result<Value, Failure>) + Send + 'static) {
        let milliseconds = request.get("timeout_ms").and_then(Value::as_u64).unwrap_or(0);
        let deadline = Instant::now() + Duration::from_millis(milliseconds);
        let soon = Instant::now() + MOMENT;
        match self.order(op, &request) {
            Err(failure) => reply(Err(failure)),
            Ok(None) if op == "connect" => reply(Ok(json!({}))),
            Ok(None) if op == "events" => {
                let events = self.events.clone();
                tokio::spawn(async move { reply(noticed(events, deadline).await) });
            }
            Ok(None) => {
                let (inbox, deadline) = (self.inbox.clone(), deadline.max(soon));
                tokio::spawn(async move { reply(received(inbox, &request, deadline).await) });
            }
            Ok(Some(done)) => {
                let sends = op == "send";
                tokio::spawn(async move {
                    reply(match timeout_at(deadline.max(soon), done).await {
                        Ok(Ok(result)) => result.map(|()| json!({})).map_err(Failure::from),
                        Ok(Err(_)) => Err(closed()),
                        Err(_) if sends => Err(Failure::Error("timed out".into())),
                        Err(_) => Ok(json!({})), // a socket that connects does nothing else until the handshake is over
                    })
                });
            }
        }
    }

    /// Hand the owner what it has to do for an operation, if anything.
    fn order(&self, op: &str, request: &Request) -> Result<Option<oneshot::Receiver<ZmqResult<()>>>, Failure> {
        let (done, result) = oneshot::channel();
        let order = match op {
            "connect" => Order::Connect(text(request, "endpoint")?.to_owned()),
            "send" => {
                let parts = request.get("routing_id").into_iter();
                let parts = parts.chain(request.get("parts").and_then(Value::as_array).into_iter().flatten());
                let parts = parts.map(octets).collect::<Result<Vec<Bytes>, Failure>>()?;
                let message = ZmqMessage::try_from(parts).map_err(|reason| Failure::Error(reason.to_string()))?;
                Order::Send(message, done)
            }
            "subscribe" | "unsubscribe" if self.kind == "SUB" || self.kind == "XSUB" => {
                let prefix = topic(request.get("prefix").unwrap_or(&Value::Null))?;
                Order::Subscribe(prefix, op == "unsubscribe", done)
            }
            "subscribe" | "unsubscribe" => {
                return Err(Failure::Unsupported(format!("a {} does not subscribe", self.kind)))
            }
            "recv" if self.kind == "PUB" || self.kind == "PUSH" => {
                return Err(Failure::Error(format!("a {} does not receive", self.kind)))
            }
            "recv" => Order::Receive,
            _ => return Ok(None),
        };
        let waits = !matches!(order, Order::Connect(_) | Order::Receive);
        self.orders.send(order).map_err(|_| closed())?;
        Ok(waits.then_some(result))
    }
}

/// Own a socket: do as ordered, receive all the time. A message that has no peer to go to yet waits until there is one.
async fn own(mut socket: Any, mut orders: mpsc::UnboundedReceiver<Order>, inbox: mpsc::Sender<ZmqResult<Value>>) {
    let mut unsent: VecDeque<(ZmqMessage, oneshot::Sender<ZmqResult<()>>)> = VecDeque::new();
    let in_turn = matches!(socket, Any::Req(_) | Any::Rep(_));
    let mut receives = !in_turn;
    let mut room = None; // in the inbox
    loop {
        tokio::select! {
            order = orders.recv() => match order {
                None => return,
                Some(Order::Connect(endpoint)) => {
                    if let Err(reason) = socket.connect(&endpoint).await {
                        eprintln!("connect {endpoint}: {reason}");
                    }
                }
                Some(Order::Send(message, done)) => unsent.push_back((message, done)),
                Some(Order::Receive) => receives = true,
                Some(Order::Subscribe(prefix, cancel, done)) => {
                    let _ = done.send(socket.subscribe(&prefix, cancel).await);
                }
            },
            permit = inbox.reserve(), if room.is_none() => room = permit.ok(),
            received = socket.recv(), if receives && room.is_some() => match received {
                // A connection that ended: with it a REQ's request is over.
                Err(reason) if !is_for_application(&reason) => {
                    eprintln!("recv: {reason}");
                    receives = !matches!(socket, Any::Req(_));
                    sleep(TICK).await;
                }
                result => {
                    receives = !in_turn;
                    if let Some(permit) = room.take() {
                        permit.send(result.map(|message| parts_of(&message)));
                    }
                }
            },
            () = sleep(TICK), if !unsent.is_empty() => {}
        }
        while let Some((message, done)) = unsent.pop_front() {
            if done.is_closed() {
                continue; // its time is up
            }
            match socket.send(message).await {
                Err(ZmqError::ReturnToSender { reason, message }) if reason.starts_with("Not connected") => {
                    unsent.push_front((message, done));
                    break;
                }
                result => {
                    let _ = done.send(result);
                }
            }
        }
    }
}

/// Whether this says that a REQ has to send first, or that a message of another form was refused.
fn is_for_application(reason: &ZmqError) -> bool {
    matches!(reason, ZmqError::Other(text) if text.starts_with("Unable to recv") || text.starts_with("Invalid message"))
}

async fn received(inbox: Inbox, request: &Request, deadline: Instant) -> Result<Value, Failure> {
    let mut inbox = inbox.lock().await;
    let (until, count) = (request.get("until"), request.get("count").and_then(Value::as_u64).unwrap_or(1));
    let mut messages: Vec<Value> = Vec::new();
    loop {
        match timeout_at(deadline, inbox.recv()).await {
            Err(_) => break,
            Ok(None) => return Err(closed()),
            Ok(Some(message)) => messages.push(message?),
        }
        let last = messages.last().and_then(Value::as_array).and_then(|parts| parts.last());
        if until.map_or(messages.len() as u64 >= count, |until| last == Some(until)) {
            break;
        }
    }
    Ok(json!({"messages": messages}))
}

async fn noticed(events: Arc<Mutex<mpsc::UnboundedReceiver<Value>>>, deadline: Instant) -> Result<Value, Failure> {
    let mut events = events.lock().await;
    let mut all: Vec<Value> = timeout_at(deadline, events.recv()).await.ok().flatten().into_iter().collect();
    while let Ok(event) = events.try_recv() {
        all.push(event);
    }
    Ok(json!({"events": all}))
}

fn described(event: SocketEvent) -> Value {
    let (name, endpoint) = match event {
        SocketEvent::Connected(endpoint, _) => ("connected", endpoint.to_string()),
        SocketEvent::ConnectDelayed => ("connect_delayed", String::new()),
        SocketEvent::ConnectRetried => ("connect_retried", String::new()),
        SocketEvent::Listening(endpoint) => ("listening", endpoint.to_string()),
        SocketEvent::Accepted(endpoint, _) => ("accepted", endpoint.to_string()),
        SocketEvent::AcceptFailed(_) => ("accept_failed", String::new()),
        SocketEvent::Closed => ("closed", String::new()),
        SocketEvent::CloseFailed => ("close_failed", String::new()),
        SocketEvent::Disconnected(_) => ("disconnected", String::new()),
    };
    json!({"event": name, "value": 0, "endpoint": endpoint})
}

fn parts_of(message: &ZmqMessage) -> Value {
    let parts: Vec<String> = message.iter().map(|part| hex(part)).collect();
    json!(if parts.is_empty() { vec![String::new()] } else { parts }) // what a REP has for a request of nothing
}

fn closed() -> Failure {
    Failure::Error("the socket was closed".into())
}

fn text<'a>(request: &'a Request, name: &str) -> Result<&'a str, Failure> {
    let value = request.get(name).and_then(Value::as_str);
    value.ok_or_else(|| Failure::Error(format!("{name} is missing")))
}

/// A prefix to subscribe to, which zmq.rs takes as text only.
fn topic(value: &Value) -> Result<String, Failure> {
    String::from_utf8(octets(value)?.to_vec())
        .map_err(|_| Failure::Unsupported("zmq.rs subscribes to UTF-8 only".into()))
}

fn octets(value: &Value) -> Result<Bytes, Failure> {
    let digits = value.as_str().filter(|text| text.is_ascii() && text.len() % 2 == 0);
    let pairs = digits.map(|text| (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16)));
    let octets: Option<Vec<u8>> = pairs.and_then(|pairs| pairs.collect::<Result<_, _>>().ok());
    octets.map(Bytes::from).ok_or_else(|| Failure::Error(format!("not octets: {value}")))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}
