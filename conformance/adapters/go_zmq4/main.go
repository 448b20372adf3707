// Command adapter serves the adapter protocol of zmtp-conformance on stdin and stdout for github.com/go-zeromq/zmq4.
//
// Theory of operation: one JSON object a line comes in and is answered by one, in any order. Each socket has three
// goroutines of its own: one receives, as zmq4's Recv waits and has no deadline, and hands messages to those who ask for
// them; one serves the socket's sends and one its receives, in the order in which they were asked for. A panic in zmq4
// ends this process, which the harness sees as what it is. zmq4 logs to stderr.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
)

const library = "github.com/go-zeromq/zmq4"

// request has the fields of all operations; those that are left out keep their zero value.
type request struct {
	ID            *int           `json:"id"`
	Op            string         `json:"op"`
	SocketType    string         `json:"socket_type"`
	Mechanism     string         `json:"mechanism"`
	AsServer      bool           `json:"as_server"`
	Bind          bool           `json:"bind"`
	Identity      *octets        `json:"identity"`
	Username      string         `json:"username"`
	Password      string         `json:"password"`
	ZapDomain     string         `json:"zap_domain"`
	Subscriptions []octets       `json:"subscriptions"`
	Options       map[string]any `json:"options"`
	Handle        string         `json:"handle"`
	Endpoint      string         `json:"endpoint"`
	Parts         []octets       `json:"parts"`
	RoutingID     *octets        `json:"routing_id"`
	Count         int            `json:"count"`
	Until         *octets        `json:"until"`
	Prefix        octets         `json:"prefix"`
	TimeoutMS     int            `json:"timeout_ms"`
}

type fields map[string]any

// unsupported is what zmq4 cannot do; any other error is something that went wrong.
type unsupported string

func (reason unsupported) Error() string { return string(reason) }

type adapter struct {
	output  sync.Mutex
	mutex   sync.Mutex
	sockets map[string]*socket
	opened  int
}

func main() {
	log.SetFlags(0)
	a := &adapter{sockets: map[string]*socket{}}
	input := bufio.NewReader(os.Stdin)
	for {
		line, err := input.ReadBytes('\n')
		if err == io.EOF {
			return
		}
		if err != nil {
			log.Fatal(err)
		}
		var r request
		if err := json.Unmarshal(line, &r); err != nil {
			a.answer(nil, nil, fmt.Errorf("not a request: %w", err))
		} else if r.ID == nil {
			a.answer(nil, nil, fmt.Errorf("a request without an id"))
		} else if r.Op == "quit" {
			a.answer(r.ID, nil, nil)
			return
		} else {
			a.serve(r)
		}
	}
}

// serve answers a request, or leaves it with its socket if it may have to wait.
func (a *adapter) serve(r request) {
	switch r.Op {
	case "hello":
		a.answer(r.ID, hello(), nil)
		return
	case "open":
		reply, err := a.open(r)
		a.answer(r.ID, reply, err)
		return
	case "connect", "send", "recv", "subscribe", "unsubscribe", "close":
	case "zap":
		a.answer(r.ID, nil, unsupported("zmq4 has no ZAP: its PLAIN server lets everybody in"))
		return
	case "events":
		a.answer(r.ID, nil, unsupported("zmq4 reports no events"))
		return
	default:
		a.answer(r.ID, nil, unsupported(fmt.Sprintf("zmq4 cannot %q", r.Op)))
		return
	}
	a.mutex.Lock()
	s, ok := a.sockets[r.Handle]
	if r.Op == "close" {
		delete(a.sockets, r.Handle)
	}
	a.mutex.Unlock()
	later := func(reply fields, err error) { a.answer(r.ID, reply, err) }
	switch {
	case !ok:
		later(nil, fmt.Errorf("no open socket has the handle %q", r.Handle))
	case r.Op == "connect":
		go s.connect(r.Endpoint)
		later(nil, nil)
	case r.Op == "send":
		s.sends <- func() { later(nil, s.send(r)) }
	case r.Op == "recv":
		s.receives <- func() { later(s.receive(r)) }
	case r.Op == "close":
		go func() { later(nil, s.close()) }()
	default:
		s.sends <- func() { later(nil, s.subscribe(r.Prefix, r.Op == "unsubscribe")) }
	}
}

func (a *adapter) open(r request) (fields, error) {
	s, err := newSocket(r)
	if err != nil {
		return nil, err
	}
	a.mutex.Lock()
	a.opened++
	handle := fmt.Sprintf("%s-%d", r.SocketType, a.opened)
	a.sockets[handle] = s
	a.mutex.Unlock()
	reply := fields{"handle": handle}
	if r.Bind {
		reply["endpoint"] = "tcp://" + s.zmq.Addr().String()
	}
	return reply, nil
}

func hello() fields {
	version := "unknown"
	if built, ok := debug.ReadBuildInfo(); ok { // what was linked into this program, not what go.mod asks for
		for _, module := range built.Deps {
			if module.Path == library {
				version = module.Version
			}
		}
	}
	return fields{
		"protocol":     1,
		"name":         "zmq4",
		"version":      version,
		"details":      fields{"library": library, "go": runtime.Version()},
		"roles":        []string{"bind", "connect"},
		"mechanisms":   []string{"NULL", "PLAIN"},
		"socket_types": names(),
		"options":      []string{"reconnect_interval_ms"},
	}
}

func (a *adapter) answer(id *int, reply fields, err error) {
	line := fields{"id": id, "status": "ok"}
	for name, value := range reply {
		line[name] = value
	}
	if err != nil {
		line = fields{"id": id, "status": "error", "reason": err.Error()}
		if _, ok := err.(unsupported); ok {
			line["status"] = "unsupported"
		}
	}
	text, err := json.Marshal(line)
	if err != nil {
		log.Fatal(err)
	}
	a.output.Lock()
	defer a.output.Unlock()
	if _, err := os.Stdout.Write(append(text, '\n')); err != nil {
		log.Fatal(err)
	}
}
