import type { Duplex } from 'node:stream';
import type { Dial } from './network/dial.ts';
import { type Http, openHttp } from './network/http.ts';
import type { WebSocketRequest, WebSocketWire } from './network/http-messages.ts';
import type { ConnectTarget } from './network/net.ts';
import type { ProgramWire } from './processes/program-wire.ts';
import { loadMachinePrograms, type Programs } from './processes/programs.ts';
import type { Clock } from './runtime/clock.ts';

/**
 * The connections of one io, for reads and for changes. Used by `doors` and by protocol clients; a source receives a
 * declared protocol instead (`platform/protocol.ts`).
 */
export interface Transport {
  readonly clock: Clock;
  /** True: addresses are those of the network. False: a dial resolves the name of a `via:` endpoint. */
  readonly isStraight: boolean;
  /** Returns a signal that also aborts when the io is closed. */
  within(signal: AbortSignal): AbortSignal;
  /** Opens a byte stream. The signal cancels connecting, not the connection. Throws WireError, TunnelError. */
  connect(to: ConnectTarget, signal: AbortSignal): Promise<Duplex>;
  /** Requests of any method. */
  readonly http: Http;
  /** Opens a WebSocket; the signal closes it. Throws WireError. */
  webSocket(request: WebSocketRequest, signal: AbortSignal): Promise<WebSocketWire>;
  /** Opens a connection over the standard input and output of a program of this machine. Throws WireError. */
  programWire(wire: ProgramWire, signal: AbortSignal): Promise<Duplex>;
}

interface TransportOptions {
  /** Opens connections; absent: directly. */
  readonly dial?: Dial | undefined;
  /** Starts programs; absent: on this machine. */
  readonly programs?: () => Promise<Programs>;
  /** Aborts when the io is closed. Absent: it is never closed. */
  readonly closing?: AbortSignal;
}

/** Contacts nothing yet: node:net, undici and ws are loaded by their first connection. */
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
