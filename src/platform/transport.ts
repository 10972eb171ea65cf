import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { Dial } from './network/dial.ts';
import type { Place } from './network/net.ts';

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
  connect(to: Place, signal: AbortSignal): Promise<Duplex>;
}

export interface TransportOptions {
  /** How connections are opened; absent: straight. */
  readonly dial?: Dial | undefined;
  /** Ended when the door is closed. Absent: it is not closed. */
  readonly closing?: AbortSignal;
}

/** Opens nothing yet: node's own network is loaded by the first connection. */
export const openTransport = (clock: Clock, { dial, closing }: TransportOptions = {}): Transport => {
  const within = (signal: AbortSignal): AbortSignal =>
    closing === undefined ? signal : AbortSignal.any([signal, closing]);
  return {
    clock,
    isStraight: dial === undefined || dial.isStraight === true,
    within,
    connect: async (to, signal) => (await import('./network/net.ts')).openTcp(to, dial, within(signal)),
  };
};
