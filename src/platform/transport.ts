import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Dial } from './network/dial.ts';
import { type Http, openHttp } from './network/http.ts';
import type { WebSocketRequest, WebSocketWire } from './network/http-messages.ts';
import type { ConnectTarget } from './network/net.ts';
import type { ProgramWire } from './processes/program-wire.ts';
import { loadMachinePrograms, type Programs } from './processes/programs.ts';

/**
 * Connections of one door, in both directions. Held by doors and by clients, which speak a protocol over them; a source is given a
 * declared protocol instead (`platform/protocol.ts`).
 */
export interface Transport {
  readonly clock: Clock;
  /** True: an address leads where the network says. False: a dial finds the end of a `via:` by its name. */
  readonly isStraight: boolean;
  /** The signal of a call, ended as well when the door is closed. */
  within(signal: AbortSignal): AbortSignal;
  /** A connection that carries bytes. The signal ends the connecting, not the connection. Throws WireError, TunnelError. */
  connect(to: ConnectTarget, signal: AbortSignal): Promise<Duplex>;
  /** Requests of any method. */
  readonly http: Http;
  /** A WebSocket; the signal ends it. Throws WireError. */
  webSocket(request: WebSocketRequest, signal: AbortSignal): Promise<WebSocketWire>;
  /** A connection that a program of this machine carries on its standard input and output. Throws WireError. */
  programWire(wire: ProgramWire, signal: AbortSignal): Promise<Duplex>;
}

interface TransportOptions {
  /** How connections are opened; absent: straight. */
  readonly dial?: Dial | undefined;
  /** What starts programs; absent: this machine. */
  readonly programs?: () => Promise<Programs>;
  /** Ended when the door is closed. Absent: it is not closed. */
  readonly closing?: AbortSignal;
}

/** Opens nothing yet: node's own network, undici and ws are loaded by their first connection. */
export const openTransport = (
  clock: Clock,
  { dial, closing, programs = loadMachinePrograms }: TransportOptions = {},
): Transport => {
  const within = (signal: AbortSignal): AbortSignal =>
    closing === undefined ? signal : AbortSignal.any([signal, closing]);
  return {
    clock,
    isStraight: dial === undefined || dial.isStraight === true,
    within,
    connect: async (to, signal) => (await import('./network/net.ts')).openTcp(to, dial, within(signal)),
    http: openHttp(clock, dial),
    webSocket: async (request, signal) =>
      (await import('./network/web-socket.ts')).openWebSocket(request, within(signal), dial),
    programWire: async (wire, signal) => (await programs()).wire(wire, within(signal)),
  };
};
