import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.neilalexander.jnacl.crypto.curve25519;
import java.io.*;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import zmq.*;
import zmq.socket.Sockets;

/**
 * The adapter for JeroMQ; the protocol is the table in conformance/adapters/operations.py.
 *
 * Theory of operation: one thread owns all sockets, one reads stdin and wakes it. A socket's descriptor says that JeroMQ
 * has news for its owner, so each turn of the loop asks every socket for its events, which makes JeroMQ do what waits to
 * be done, and tries again what could not be done before. Where JeroMQ's own threads die of an exception, nothing that it
 * holds lives any more, and the process ends.
 *
 * JeroMQ 0.6.0 can forget to poll a connection that it has just made, until anything else changes in its poll set
 * (https://github.com/zeromq/jeromq/pull/1022). In an idle process one connection in thirty would be silent and each
 * verdict a lottery, so a change follows each connection: somebody comes to a socket of its own, and goes.
 */
public final class Adapter {
    static final Map<String, Integer> OPTIONS = Map.ofEntries(
        Map.entry("handshake_timeout_ms", ZMQ.ZMQ_HANDSHAKE_IVL), Map.entry("linger_ms", ZMQ.ZMQ_LINGER),
        Map.entry("reconnect_interval_ms", ZMQ.ZMQ_RECONNECT_IVL), Map.entry("receive_limit", ZMQ.ZMQ_RCVHWM),
        Map.entry("heartbeat_interval_ms", ZMQ.ZMQ_HEARTBEAT_IVL), Map.entry("send_limit", ZMQ.ZMQ_SNDHWM),
        Map.entry("heartbeat_timeout_ms", ZMQ.ZMQ_HEARTBEAT_TIMEOUT), Map.entry("max_message_size", ZMQ.ZMQ_MAXMSGSIZE),
        Map.entry("heartbeat_ttl_ms", ZMQ.ZMQ_HEARTBEAT_TTL), Map.entry("xpub_verbose", ZMQ.ZMQ_XPUB_VERBOSE),
        Map.entry("router_mandatory", ZMQ.ZMQ_ROUTER_MANDATORY));
    static final List<String> MECHANISMS = List.of("NULL", "PLAIN", "CURVE");
    static final List<String> TYPES = Stream.of(Sockets.values()).map(Enum::name).filter(name -> !name.equals("RAW")).collect(Collectors.toList());
    static final Set<String> NUMBERED = Set.of("SERVER", "PEER"), GROUPED = Set.of("RADIO", "DISH");
    static final Map<Integer, String> EVENTS = Map.ofEntries(
        Map.entry(0x0001, "connected"), Map.entry(0x0002, "connect_delayed"), Map.entry(0x0004, "connect_retried"),
        Map.entry(0x0008, "listening"), Map.entry(0x0010, "bind_failed"), Map.entry(0x0020, "accepted"),
        Map.entry(0x0040, "accept_failed"), Map.entry(0x0080, "closed"), Map.entry(0x0100, "close_failed"),
        Map.entry(0x0200, "disconnected"), Map.entry(0x0400, "monitor_stopped"), Map.entry(0x0800, "handshake_failed_no_detail"),
        Map.entry(0x1000, "handshake_succeeded"), Map.entry(0x2000, "handshake_failed_protocol"),
        Map.entry(0x4000, "handshake_failed_auth"), Map.entry(0x8000, "handshake_protocol"));

    static final class Unsupported extends RuntimeException { Unsupported(String why) { super(why); } }
    static final class Failed extends RuntimeException { Failed(String why) { super(why); } }

    /** A request that may have to wait: `attempt` gives its reply or null for not yet, `late` is asked when time is up. */
    static final class Waiting {
        final JsonElement id; final String kind; final long deadline; final Supplier<Object> attempt, late;
        Waiting(JsonObject request, Supplier<Object> attempt, Supplier<Object> late) {
            id = request.get("id"); kind = request.get("op").getAsString(); this.attempt = attempt; this.late = late;
            deadline = System.nanoTime() + 1_000_000L * (request.has("timeout_ms") ? request.get("timeout_ms").getAsLong() : 0);
        }
    }

    /** An open socket and those who wait for it. */
    static final class Entry {
        final SocketBase socket; final String kind; SelectionKey key; boolean watched;
        final Queue<Object> events = new ConcurrentLinkedQueue<>();
        final List<Waiting> waiting = new ArrayList<>();
        Entry(SocketBase socket, String kind) { this.socket = socket; this.kind = kind; }
    }

    final PrintStream out;
    final Gson gson = new GsonBuilder().serializeNulls().create();
    final Ctx context = ZMQ.createContext();
    final Selector selector = Selector.open();
    final Queue<Optional<String>> lines = new ConcurrentLinkedQueue<>(); // empty: the end
    final Map<String, Entry> entries = new LinkedHashMap<>();
    Entry handler; // for ZAP
    final Map<String, JsonObject> zapReplies = new HashMap<>(); // by domain; "" is for all others
    final List<Map.Entry<String, List<String>>> zapRequests = new ArrayList<>();
    final Queue<Long> stirs = new ConcurrentLinkedQueue<>(); // when the poll set is to be changed
    boolean running = true;
    int opened;

    final SocketBase stirred;

    Adapter(PrintStream out) throws IOException {
        this.out = out;
        context.set(ZMQ.ZMQ_MAX_SOCKETS, 16384);
        stirred = context.createSocket(ZMQ.ZMQ_PAIR);
        stirred.bind("tcp://127.0.0.1:*");
    }

    public static void main(String[] arguments) throws IOException {
        PrintStream replies = new PrintStream(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16), false);
        System.setOut(System.err); // a stray println must not spoil a reply
        Thread.setDefaultUncaughtExceptionHandler((thread, reason) -> { // JeroMQ's threads take it when they start
            reason.printStackTrace();
            System.err.println("the thread " + thread.getName() + " died of " + reason);
            Runtime.getRuntime().halt(70);
        });
        new Adapter(replies).run();
        Runtime.getRuntime().halt(0);
    }

    void run() throws IOException {
        Thread reader = new Thread(this::read, "stdin");
        reader.setDaemon(true);
        reader.start();
        while (running) {
            boolean restless = !stirs.isEmpty() || entries.values().stream().anyMatch(entry -> entry.key == null);
            long pause = restless ? 1 : 10; // some sockets have no descriptor
            selector.select(pause);
            selector.selectedKeys().clear();
            for (Optional<String> line; running && (line = lines.poll()) != null;) {
                if (line.isPresent()) answer(line.get()); else running = false;
            }
            if (stirs.removeIf(due -> due <= System.nanoTime())) stir();
            if (handler != null) authenticate();
            for (Entry entry : entries.values()) turn(entry);
            out.flush();
        }
    }

    void read() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8), 1 << 16)) {
            for (String line; (line = in.readLine()) != null; selector.wakeup()) lines.add(Optional.of(line));
        } catch (IOException reason) {
            System.err.println(reason);
        }
        lines.add(Optional.empty());
        selector.wakeup();
    }

    void reply(JsonElement id, String status, Object fields) {
        JsonObject reply = fields instanceof String ? new JsonObject() : gson.toJsonTree(fields).getAsJsonObject();
        if (fields instanceof String) reply.addProperty("reason", (String) fields);
        reply.add("id", id);
        reply.addProperty("status", status);
        out.append(gson.toJson(reply)).append('\n');
    }

    void answer(String line) {
        if (line.isBlank()) return;
        JsonElement id = null;
        try {
            JsonObject request = JsonParser.parseString(line).getAsJsonObject();
            id = request.get("id") != null && request.get("id").toString().matches("[0-9]+") ? request.get("id") : null;
            if (id == null) throw new Failed("a request has an id (0, 1, 2 ...)");
            Object fields = perform(request);
            if (fields != null) reply(id, "ok", fields);
        } catch (Unsupported reason) {
            reply(id, "unsupported", reason.getMessage());
        } catch (Failed reason) {
            reply(id, "error", reason.getMessage());
        } catch (RuntimeException reason) { // malformed, or refused by JeroMQ
            reply(id, "error", reason.toString());
        }
    }

    Object perform(JsonObject request) {
        String op = request.get("op").getAsString();
        switch (op) {
            case "hello": return hello();
            case "quit": running = false; return Map.of();
            case "open": return open(request);
            case "zap": return zap(request);
            case "connect": case "send": case "recv": case "subscribe": case "unsubscribe": case "join": case "leave":
            case "events": case "close": break;
            default: throw new Unsupported("this adapter does not do " + op);
        }
        String handle = request.get("handle").getAsString();
        Entry entry = entries.get(handle);
        if (entry == null) throw new Failed("no open socket has the handle " + handle);
        SocketBase socket = entry.socket;
        switch (op) {
            case "connect": return connect(entry, request.get("endpoint").getAsString());
            case "send": return send(entry, request);
            case "recv": return receive(entry, request);
            case "events": return events(entry, request);
            case "subscribe": subscribe(entry, octets(request.get("prefix")), true); break;
            case "unsubscribe": subscribe(entry, octets(request.get("prefix")), false); break;
            case "join": insist(socket.join(group(octets(request.get("group")))), socket, op); break;
            case "leave": insist(socket.leave(group(octets(request.get("group")))), socket, op); break;
            default: entries.remove(handle); close(entry);
        }
        return Map.of();
    }

    Object hello() {
        Properties properties = new Properties(); // JeroMQ's getVersionString is libzmq's version; its own is in its jar
        try (InputStream file = ZMQ.class.getResourceAsStream("/META-INF/maven/org.zeromq/jeromq/pom.properties")) {
            properties.load(file);
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
        List<String> options = Stream.concat(OPTIONS.keySet().stream(), Stream.of("monitor")).sorted().collect(Collectors.toList());
        return Map.of("protocol", 1, "name", "jeromq", "version", properties.getProperty("version"),
            "details", Map.of("libzmq", org.zeromq.ZMQ.getVersionString(), "java", System.getProperty("java.version")),
            "roles", List.of("bind", "connect"), "mechanisms", MECHANISMS, "socket_types", TYPES, "options", options);
    }

    Object open(JsonObject request) {
        String kind = request.get("socket_type").getAsString(), mechanism = request.get("mechanism").getAsString();
        JsonObject options = request.has("options") ? request.getAsJsonObject("options") : new JsonObject();
        if (!TYPES.contains(kind)) throw new Unsupported("JeroMQ does not have the socket type " + kind);
        if (!MECHANISMS.contains(mechanism)) throw new Unsupported("JeroMQ does not have the mechanism " + mechanism);
        for (String name : options.keySet())
            if (!OPTIONS.containsKey(name) && !name.equals("monitor")) throw new Unsupported("JeroMQ has no option for " + name);
        boolean asServer = request.get("as_server").getAsBoolean(), bind = request.get("bind").getAsBoolean();
        Entry entry = new Entry(context.createSocket(Sockets.valueOf(kind).ordinal()), kind);
        SocketBase socket = entry.socket;
        socket.setEventHook(event -> happened(entry, event), ZMQ.ZMQ_EVENT_ALL);
        Map<String, Object> fields = new HashMap<>(Map.of("handle", kind.toLowerCase() + "-" + ++opened));
        try {
            set(socket, "linger_ms", ZMQ.ZMQ_LINGER, 0);
            set(socket, "reconnect_interval_ms", ZMQ.ZMQ_RECONNECT_IVL, 1);
            for (String name : options.keySet()) {
                if (name.equals("monitor")) { entry.watched = options.get(name).getAsBoolean(); continue; }
                boolean flag = options.get(name).getAsJsonPrimitive().isBoolean();
                Object value = flag ? (Object) options.get(name).getAsBoolean() : (Object) Math.toIntExact(options.get(name).getAsLong());
                if (name.equals("max_message_size")) value = options.get(name).getAsLong();
                set(socket, name, OPTIONS.get(name), value);
            }
            if (!text(request, "identity", "").isEmpty())
                set(socket, "identity", ZMQ.ZMQ_IDENTITY, octets(request.get("identity")));
            if (request.has("zap_domain")) set(socket, "zap_domain", ZMQ.ZMQ_ZAP_DOMAIN, text(request, "zap_domain", ""));
            if (mechanism.equals("PLAIN") && asServer) set(socket, "as_server", ZMQ.ZMQ_PLAIN_SERVER, true);
            if (mechanism.equals("PLAIN") && !asServer) {
                set(socket, "username", ZMQ.ZMQ_PLAIN_USERNAME, text(request, "username", ""));
                set(socket, "password", ZMQ.ZMQ_PLAIN_PASSWORD, text(request, "password", ""));
            }
            if (mechanism.equals("CURVE")) secure(socket, request, asServer);
            String speaks = String.valueOf(socket.getSocketOptx(ZMQ.ZMQ_MECHANISM));
            if (!speaks.equals(mechanism)) throw new Failed("JeroMQ would speak " + speaks + ", not " + mechanism);
            if (request.has("subscriptions"))
                for (JsonElement prefix : request.getAsJsonArray("subscriptions")) subscribe(entry, octets(prefix), true);
            if (bind) {
                insist(socket.bind("tcp://127.0.0.1:*"), socket, "bind");
                fields.put("endpoint", socket.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT));
            }
            entry.key = register(socket);
        } catch (RuntimeException reason) {
            close(entry);
            throw reason;
        }
        entries.put((String) fields.get("handle"), entry);
        return fields;
    }

    static void secure(SocketBase socket, JsonObject request, boolean asServer) {
        for (String name : asServer ? List.of("secret_key") : List.of("public_key", "secret_key", "server_key"))
            if (!request.has(name)) throw new Failed("a CURVE " + (asServer ? "server" : "client") + " needs its " + name);
        byte[] secretKey = octets(request.get("secret_key")), publicKey = new byte[32];
        if (request.has("public_key")) publicKey = octets(request.get("public_key"));
        else curve25519.crypto_scalarmult_base(publicKey, secretKey); // JeroMQ wants a server to know its own
        set(socket, "public_key", ZMQ.ZMQ_CURVE_PUBLICKEY, publicKey);
        set(socket, "secret_key", ZMQ.ZMQ_CURVE_SECRETKEY, secretKey);
        if (asServer) set(socket, "as_server", ZMQ.ZMQ_CURVE_SERVER, true);
        else set(socket, "server_key", ZMQ.ZMQ_CURVE_SERVERKEY, octets(request.get("server_key")));
    }

    void close(Entry entry) {
        for (Waiting waiting : entry.waiting) reply(waiting.id, "error", "the socket was closed");
        if (entry.key != null) entry.key.cancel();
        entry.socket.setEventHook(null, 0);
        entry.socket.close();
    }

    /** Fulfil a request at once if it can be and is the first of its kind, else line it up. */
    Object await(Entry entry, Waiting one) {
        if (entry.waiting.stream().noneMatch(other -> other.kind.equals(one.kind))) {
            Object fields = one.attempt.get();
            if (fields != null || one.deadline <= System.nanoTime()) return fields != null ? fields : one.late.get();
        }
        entry.waiting.add(one);
        return null;
    }

    /** Let JeroMQ do what waits to be done in this thread, then serve those who wait. */
    void turn(Entry entry) {
        entry.socket.getSocketOptx(ZMQ.ZMQ_EVENTS);
        Set<String> stuck = new HashSet<>(); // only the first of a kind may be fulfilled
        for (Iterator<Waiting> rest = entry.waiting.iterator(); rest.hasNext();) {
            Waiting one = rest.next();
            try {
                Object fields = stuck.contains(one.kind) ? null : one.attempt.get();
                if (fields == null && one.deadline <= System.nanoTime()) fields = one.late.get();
                if (fields == null) { stuck.add(one.kind); continue; }
                reply(one.id, "ok", fields);
            } catch (Failed reason) {
                reply(one.id, "error", reason.getMessage());
            } catch (RuntimeException reason) {
                reply(one.id, "error", reason.toString());
            }
            rest.remove();
        }
    }

    /** A PEER learns by what number it can send to the peer that will be there. */
    Object connect(Entry entry, String endpoint) {
        if (!entry.kind.equals("PEER")) {
            insist(entry.socket.connect(endpoint), entry.socket, "connect");
            return Map.of();
        }
        int number = entry.socket.connectPeer(endpoint);
        insist(number != 0, entry.socket, "connect");
        return Map.of("routing_id", hex(ByteBuffer.allocate(4).putInt(number).array()));
    }

    Object send(Entry entry, JsonObject request) {
        List<byte[]> parts = new ArrayList<>();
        if (request.has("routing_id")) parts.add(octets(request.get("routing_id")));
        for (JsonElement part : request.getAsJsonArray("parts")) parts.add(octets(part));
        boolean addressed = NUMBERED.contains(entry.kind) || GROUPED.contains(entry.kind);
        if (addressed && parts.size() != 2) throw new Failed("a " + entry.kind + " sends an address and one part");
        int[] sent = {addressed ? 1 : 0};
        return await(entry, new Waiting(request, () -> {
            for (; sent[0] < parts.size(); sent[0]++) {
                Msg message = new Msg(parts.get(sent[0]));
                if (NUMBERED.contains(entry.kind)) message.setRoutingId(ByteBuffer.wrap(Arrays.copyOf(parts.get(0), 4)).getInt());
                if (GROUPED.contains(entry.kind)) message.setGroup(group(parts.get(0)));
                int more = sent[0] < parts.size() - 1 ? ZMQ.ZMQ_SNDMORE : 0;
                if (!entry.socket.send(message, ZMQ.ZMQ_DONTWAIT | more)) {
                    unlessFull(entry.socket);
                    return null;
                }
            }
            return Map.of();
        }, () -> { throw new Failed("timed out"); }));
    }

    Object receive(Entry entry, JsonObject request) {
        String until = text(request, "until", null);
        int count = request.has("count") ? request.get("count").getAsInt() : 1;
        List<List<String>> messages = new ArrayList<>();
        return await(entry, new Waiting(request, () -> {
            for (List<String> parts; (parts = take(entry)) != null;) {
                messages.add(parts);
                if (until != null ? until.equals(parts.get(parts.size() - 1)) : messages.size() == count) return Map.of("messages", messages);
            }
            return null;
        }, () -> Map.of("messages", messages)));
    }

    /** One whole message, or null. */
    static List<String> take(Entry entry) {
        List<String> parts = new ArrayList<>();
        for (boolean more = true; more;) {
            Msg message = entry.socket.recv(ZMQ.ZMQ_DONTWAIT);
            if (message == null) {
                unlessFull(entry.socket);
                return null;
            }
            if (NUMBERED.contains(entry.kind)) parts.add(hex(ByteBuffer.allocate(4).putInt(message.getRoutingId()).array()));
            if (GROUPED.contains(entry.kind)) parts.add(hex(message.getGroup().getBytes(StandardCharsets.ISO_8859_1)));
            parts.add(hex(message.data()));
            more = message.hasMore();
        }
        return parts;
    }

    Object events(Entry entry, JsonObject request) {
        entry.watched = true;
        return await(entry, new Waiting(request, () -> {
            List<Object> events = new ArrayList<>();
            for (Object event; (event = entry.events.poll()) != null;) events.add(event);
            return events.isEmpty() ? null : Map.of("events", events);
        }, () -> Map.of("events", List.of())));
    }

    /** What JeroMQ calls, in a thread of its own, for each event of a socket. */
    void happened(Entry entry, ZMQ.Event event) {
        if (event.event == ZMQ.ZMQ_EVENT_CONNECTED)
            for (long after : new long[] {1_000_000, 3_000_000, 10_000_000, 100_000_000}) stirs.add(System.nanoTime() + after);
        String name = EVENTS.getOrDefault(event.event, String.format("event_%#06x", event.event));
        int value = event.arg instanceof Integer ? (Integer) event.arg : 0; // else a channel
        if (entry.watched) entry.events.add(Map.of("event", name, "value", value, "endpoint", String.valueOf(event.addr)));
        selector.wakeup();
    }

    /** Make JeroMQ look through its poll set. */
    void stir() throws IOException {
        String endpoint = (String) stirred.getSocketOptx(ZMQ.ZMQ_LAST_ENDPOINT);
        new Socket("127.0.0.1", Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1))).close();
    }

    static void subscribe(Entry entry, byte[] prefix, boolean on) {
        if (entry.kind.equals("XSUB")) {
            byte[] message = new byte[prefix.length + 1];
            System.arraycopy(prefix, 0, message, 1, prefix.length);
            message[0] = (byte) (on ? 1 : 0);
            insist(entry.socket.send(new Msg(message), ZMQ.ZMQ_DONTWAIT), entry.socket, "subscription");
        } else if (entry.kind.equals("SUB")) {
            set(entry.socket, "subscription", on ? ZMQ.ZMQ_SUBSCRIBE : ZMQ.ZMQ_UNSUBSCRIBE, prefix);
        } else {
            throw new Unsupported("a " + entry.kind + " does not subscribe");
        }
    }

    Object zap(JsonObject request) {
        String domain = text(request, "domain", "");
        Map<String, Object> fields = new HashMap<>(domain.isEmpty() ? Map.of() : Map.of("domain", domain));
        if (request.has("reply")) zapReplies.put(domain, request.getAsJsonObject("reply"));
        if (request.has("reply") && handler == null) {
            // A ROUTER, where RFC 27 shows a REP: it can leave a request unanswered, or answer amiss.
            handler = new Entry(context.createSocket(ZMQ.ZMQ_ROUTER), "ROUTER");
            set(handler.socket, "linger_ms", ZMQ.ZMQ_LINGER, 0);
            insist(handler.socket.bind("inproc://zeromq.zap.01"), handler.socket, "bind");
            handler.key = register(handler.socket);
        }
        if (flag(request, "take")) {
            if (handler != null) authenticate();
            fields.put("requests", zapRequests.stream().filter(one -> domain.isEmpty() || domain.equals(one.getKey()))
                .map(Map.Entry::getValue).collect(Collectors.toList()));
            zapRequests.removeIf(one -> domain.isEmpty() || domain.equals(one.getKey()));
        }
        return fields;
    }

    /** Answer the ZAP requests that are there, as we have been told to. */
    void authenticate() {
        handler.socket.getSocketOptx(ZMQ.ZMQ_EVENTS);
        for (List<String> parts; (parts = take(handler)) != null;) {
            // routing id, empty delimiter, version, request id, domain, address, identity, mechanism, credentials ...
            if (parts.size() < 2 || !parts.get(1).isEmpty()) continue; // a REP drops what has no delimiter too
            String domain = parts.size() > 4 ? text(octets(parts.get(4))) : "";
            zapRequests.add(Map.entry(domain, parts.subList(2, parts.size())));
            JsonObject told = zapReplies.getOrDefault(domain, zapReplies.get(""));
            if (told == null || flag(told, "silent")) continue;
            String id = text(told, "request_id", "echo");
            List<byte[]> answer = new ArrayList<>(List.of(text(told, "version", "1.0").getBytes(ZMQ.CHARSET),
                octets(!id.equals("echo") ? id : parts.size() > 3 ? parts.get(3) : "")));
            for (String name : List.of("status", "text", "user_id")) answer.add(text(told, name, "").getBytes(ZMQ.CHARSET));
            answer.add(octets(told.get("metadata")));
            int frames = told.has("frames") ? told.get("frames").getAsInt() : answer.size();
            while (answer.size() < frames) answer.add(new byte[0]);
            answer.subList(frames, answer.size()).clear();
            answer.addAll(0, List.of(octets(parts.get(0)), octets(text(told, "delimiter", ""))));
            for (int i = 0; i < answer.size(); i++)
                handler.socket.send(new Msg(answer.get(i)), ZMQ.ZMQ_DONTWAIT | (i < answer.size() - 1 ? ZMQ.ZMQ_SNDMORE : 0));
        }
    }

    SelectionKey register(SocketBase socket) {
        try {
            return socket.getFD() == null ? null : socket.getFD().register(selector, SelectionKey.OP_READ);
        } catch (IOException reason) {
            throw new UncheckedIOException(reason);
        }
    }

    static void set(SocketBase socket, String name, int option, Object value) {
        if (!socket.setSocketOpt(option, value)) throw new Failed("JeroMQ refuses " + name + ": " + value);
    }

    static void insist(boolean done, SocketBase socket, String what) {
        if (!done) throw new Failed(what + ": " + ZError.toString(socket.errno()));
    }

    static void unlessFull(SocketBase socket) {
        if (socket.errno() != ZError.EAGAIN && socket.errno() != ZError.EINTR) throw new Failed(ZError.toString(socket.errno()));
    }

    static String text(JsonObject object, String name, String otherwise) {
        return object.has(name) ? object.get(name).getAsString() : otherwise;
    }

    static boolean flag(JsonObject object, String name) {
        return object.has(name) && object.get(name).getAsBoolean();
    }

    static byte[] octets(JsonElement hex) {
        return octets(hex.getAsString());
    }

    static byte[] octets(String hex) {
        byte[] octets = new byte[hex.length() / 2];
        for (int i = 0; i < octets.length; i++) octets[i] = (byte) Integer.parseInt(hex, 2 * i, 2 * i + 2, 16);
        return octets;
    }

    static String hex(byte[] octets) {
        char[] digits = new char[2 * octets.length];
        for (int i = 0; i < digits.length; i++) digits[i] = Character.forDigit(octets[i / 2] >> (i % 2 == 0 ? 4 : 0) & 15, 16);
        return new String(digits);
    }

    /** JeroMQ's groups are text: one character an octet loses nothing on this side. */
    static String group(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }

    static String text(byte[] octets) {
        return new String(octets, ZMQ.CHARSET);
    }
}
