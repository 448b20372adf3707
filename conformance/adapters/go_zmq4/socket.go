package main

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"log"
	"net"
	"sort"
	"strings"
	"time"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/security/plain"
)

var kinds = map[string]func(context.Context, ...zmq4.Option) zmq4.Socket{
	"REQ": zmq4.NewReq, "REP": zmq4.NewRep, "DEALER": zmq4.NewDealer, "ROUTER": zmq4.NewRouter,
	"PUB": zmq4.NewPub, "SUB": zmq4.NewSub, "XPUB": zmq4.NewXPub, "XSUB": zmq4.NewXSub,
	"PUSH": zmq4.NewPush, "PULL": zmq4.NewPull, "PAIR": zmq4.NewPair,
}

var errClosed = errors.New("the socket was closed")

// errWaits is said instead of "timed out": what was not taken in time may be sent all the same, later.
const errWaits = unsupported("a Send of zmq4 that waits cannot be taken back")

const (
	backlog = 1024                  // requests that may wait for a socket
	moment  = 10 * time.Millisecond // what a send or recv with no timeout waits: zmq4's goroutines need their turns
)

// received is what a Recv gave.
type received struct {
	parts []octets
	err   error
}

// socket is one socket of zmq4 and the requests that wait for it.
type socket struct {
	kind            string
	zmq             zmq4.Socket
	cancel          context.CancelFunc
	done            <-chan struct{} // closed with the socket
	sends, receives chan func()
	busy            chan struct{} // holds an element while a Send is under way
	inbox           chan received // holds nothing: the next message waits in pump, the others in zmq4's queues
	turns           chan struct{} // of a REQ or REP, whose Send and Recv take turns: it receives when it is asked to
	asked           bool          // whether the answer to that is still to come
}

func newSocket(r request) (*socket, error) {
	make_, ok := kinds[r.SocketType]
	switch {
	case r.SocketType == "" || r.Mechanism == "":
		return nil, errors.New("open needs a socket_type and a mechanism")
	case !ok:
		return nil, unsupported("zmq4 has no " + r.SocketType)
	case r.Mechanism != "NULL" && r.Mechanism != "PLAIN":
		return nil, unsupported("zmq4 does not implement " + r.Mechanism)
	case r.Mechanism == "PLAIN" && r.AsServer != r.Bind:
		return nil, unsupported("to zmq4 the side that listens is the PLAIN server")
	case r.ZapDomain != "":
		return nil, unsupported("zmq4 has no ZAP")
	case r.Identity != nil && len(*r.Identity) == 0:
		return nil, unsupported("zmq4 sends an identity of its own making instead of an empty one")
	}
	var options []zmq4.Option
	for name, value := range r.Options {
		milliseconds, ok := value.(float64)
		if name != "reconnect_interval_ms" || !ok {
			return nil, unsupported("zmq4 has no option for " + name)
		}
		if milliseconds >= 0 && !r.Bind { // it dials again at once, and pauses between attempts that fail
			pause := time.Duration(milliseconds) * time.Millisecond
			options = append(options, zmq4.WithAutomaticReconnect(true))
			options = append(options, zmq4.WithDialerRetry(pause), zmq4.WithDialerMaxRetries(-1))
		}
	}
	if r.Mechanism == "PLAIN" {
		options = append(options, zmq4.WithSecurity(plain.Security(r.Username, r.Password)))
	}
	if r.Identity != nil {
		options = append(options, zmq4.WithID(zmq4.SocketIdentity(*r.Identity)))
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &socket{
		kind: r.SocketType, zmq: make_(ctx, options...), cancel: cancel, done: ctx.Done(),
		sends: make(chan func(), backlog), receives: make(chan func(), backlog),
		busy: make(chan struct{}, 1), inbox: make(chan received),
	}
	if r.Bind {
		if err := s.zmq.Listen(scheme + "://127.0.0.1:0"); err != nil {
			cancel()
			return nil, err
		}
	}
	for _, prefix := range r.Subscriptions {
		if err := s.subscribe(prefix, false); err != nil {
			s.close()
			return nil, err
		}
	}
	if s.kind == "REQ" || s.kind == "REP" {
		s.turns = make(chan struct{})
	}
	go s.pump()
	go s.work(s.sends)
	go s.work(s.receives)
	return s, nil
}

func (s *socket) connect(endpoint string) {
	if err := s.zmq.Dial(strings.Replace(endpoint, "tcp", scheme, 1)); err != nil {
		log.Printf("dial %s: %v", endpoint, err)
	}
}

// subscribe asks for a prefix, or no longer. An XSUB has to have a connection for that and a SUB waits while one is made;
// what either does not do at once it does as soon as it can.
func (s *socket) subscribe(prefix octets, cancel bool) error {
	if s.kind != "SUB" && s.kind != "XSUB" {
		return unsupported("a " + s.kind + " does not subscribe")
	}
	done := make(chan error, 1)
	go func() {
		switch {
		case s.kind == "XSUB" && cancel:
			done <- s.zmq.Send(zmq4.NewMsg(append([]byte{0}, prefix...)))
		case s.kind == "XSUB":
			done <- s.zmq.Send(zmq4.NewMsg(append([]byte{1}, prefix...)))
		case cancel:
			done <- s.zmq.SetOption(zmq4.OptionUnsubscribe, string(prefix))
		default:
			done <- s.zmq.SetOption(zmq4.OptionSubscribe, string(prefix))
		}
	}()
	select {
	case err := <-done:
		return err
	case <-time.After(moment):
		return nil
	}
}

// work serves the requests of one kind, one after the other; once the socket is closed those that are left find out.
func (s *socket) work(requests <-chan func()) {
	for {
		select {
		case request := <-requests:
			request()
			continue
		default:
		}
		select {
		case request := <-requests:
			request()
		case <-s.done:
			if len(requests) == 0 {
				return
			}
		}
	}
}

// send waits until zmq4 has taken the message.
func (s *socket) send(r request) error {
	deadline := time.Now().Add(r.timeout())
	late := time.After(r.timeout())
	select {
	case s.busy <- struct{}{}:
	case <-late:
		return errWaits
	case <-s.done:
		return errClosed
	}
	var message zmq4.Msg
	if r.RoutingID != nil {
		message.Frames = append(message.Frames, *r.RoutingID)
	}
	for _, part := range r.Parts {
		message.Frames = append(message.Frames, part)
	}
	taken := make(chan error, 1)
	go func() {
		taken <- s.put(message, deadline)
		<-s.busy
	}()
	select {
	case err := <-taken:
		return err
	case <-late:
		return errWaits
	case <-s.done:
		return errClosed
	}
}

func (s *socket) put(message zmq4.Msg, deadline time.Time) error {
	send := s.zmq.Send
	if len(message.Frames) > 1 {
		send = s.zmq.SendMulti
	}
	err := send(message)
	// Alone among the types that send, a REQ does not wait for its first connection.
	for ; s.kind == "REQ" && err != nil && time.Now().Before(deadline); err = send(message) {
		time.Sleep(time.Millisecond)
	}
	return err
}

// pump receives for as long as the socket is open: one message ahead of those that are asked for, but where sends and
// receives take turns only what is asked for.
func (s *socket) pump() {
	if s.kind == "PUB" || s.kind == "PUSH" {
		return
	}
	due := false // a REP was asked and has nothing yet
	for {
		if s.turns != nil && !due {
			select {
			case <-s.turns:
			case <-s.done:
				return
			}
		}
		due = false
		message, err := s.zmq.Recv()
		select {
		case <-s.done:
			return
		default:
		}
		if err != nil && s.kind != "REQ" { // the end of one of its connections, or a message that zmq4 refuses
			log.Printf("recv %s: %v", s.kind, err)
			due = s.turns != nil
			continue
		}
		parts := make([]octets, max(1, len(message.Frames))) // a REP hands over a request of nothing as no frame
		for index, frame := range message.Frames {
			parts[index] = frame
		}
		select {
		case s.inbox <- received{parts, err}:
		case <-s.done:
			return
		}
	}
}

func (s *socket) receive(r request) (fields, error) {
	if s.kind == "PUB" || s.kind == "PUSH" {
		return nil, fmt.Errorf("a %s does not receive", s.kind)
	}
	late := time.After(r.timeout())
	messages := [][]octets{}
	for {
		turns := s.turns // nil, which nobody can send to, where nobody has to ask or has asked
		if s.asked {
			turns = nil
		}
		var got received
		select {
		case turns <- struct{}{}:
			s.asked = true
			continue
		case got = <-s.inbox:
			s.asked = false
		case <-late:
			return fields{"messages": messages}, nil
		case <-s.done:
			return nil, errClosed
		}
		if got.err != nil {
			return nil, got.err
		}
		message := got.parts
		messages = append(messages, message)
		if r.Until == nil && len(messages) >= max(r.Count, 1) {
			return fields{"messages": messages}, nil
		}
		if r.Until != nil && len(message) > 0 && bytes.Equal(message[len(message)-1], *r.Until) {
			return fields{"messages": messages}, nil
		}
	}
}

func (r request) timeout() time.Duration {
	return max(moment, time.Duration(r.TimeoutMS)*time.Millisecond)
}

// close closes the socket; who still waits for it is told so.
func (s *socket) close() error {
	s.cancel()
	if err := s.zmq.Close(); err != nil && !errors.Is(err, net.ErrClosed) { // closed by its peer before
		return err
	}
	return nil
}

// octets are hexadecimal in JSON.
type octets []byte

func (o octets) MarshalText() ([]byte, error) { return []byte(hex.EncodeToString(o)), nil }

func (o *octets) UnmarshalText(text []byte) error {
	decoded, err := hex.DecodeString(string(text))
	*o = decoded
	return err
}

func names() []string {
	all := make([]string, 0, len(kinds))
	for kind := range kinds {
		all = append(all, kind)
	}
	sort.Strings(all)
	return all
}
