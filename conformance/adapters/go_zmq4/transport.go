package main

import (
	"context"
	"log"
	"net"

	"github.com/go-zeromq/zmq4"
	"github.com/go-zeromq/zmq4/transport"
)

// scheme names zmq4's own TCP transport, except that a connection lives until zmq4 or its socket closes it. zmq4 forgets
// a connection whose handshake failed without closing it, and the garbage collector would do so at a moment that nobody
// can foretell: one run would see a close where the next sees none.
const scheme = "kept"

type kept struct{ transport.Transport }

func init() {
	if err := zmq4.RegisterTransport(scheme, kept{transport.New("tcp")}); err != nil {
		log.Fatal(err)
	}
}

func (t kept) Dial(ctx context.Context, dialer transport.Dialer, addr string) (net.Conn, error) {
	conn, err := t.Transport.Dial(ctx, dialer, addr)
	return keep(ctx, conn, err)
}

func (t kept) Listen(ctx context.Context, addr string) (net.Listener, error) {
	listener, err := t.Transport.Listen(ctx, addr)
	return keptListener{listener, ctx}, err
}

type keptListener struct {
	net.Listener
	ctx context.Context // of the socket
}

func (l keptListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return keep(l.ctx, conn, err)
}

// keep holds on to a connection until its socket is closed, which closes it too.
func keep(ctx context.Context, conn net.Conn, err error) (net.Conn, error) {
	if err == nil {
		context.AfterFunc(ctx, func() { conn.Close() })
	}
	return conn, err
}
