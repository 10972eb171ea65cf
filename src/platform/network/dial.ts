import type { Duplex } from 'node:stream';
import { WireError } from '../wire-error.ts';

/** Where a connection is to lead. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a connection some other way than straight: through a pod, a container or an ssh host. Throws TunnelError when
 * the way itself is lost, and a plain WireError when the way holds and nothing listens at its end.
 */
export interface Dial {
  (to: Destination, signal: AbortSignal): Promise<Duplex>;
  /** True: it takes addresses as they are, as the network does. */
  readonly isStraight?: true;
}

/**
 * The host that stands for an end of a `via:` (a pod, a container) in an address: its name, as far as a URL takes it.
 * A dial finds the end again by it.
 */
export const endpointHost = (name: string): string => {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-');
  // A URL takes a host whose last label is a number for an IPv4 address.
  return /(^|\.)(\d+|0x[0-9a-f]*)\.?$/.test(plain) ? `${plain.replace(/\.$/, '')}.end` : plain;
};

/** The way to a source is lost: nothing is known of what lies behind it, so a probe must not call it down. */
export class TunnelError extends WireError {
  /** What was lost, without the words 'tunnel cut'. */
  readonly reason: string;
  readonly remedy: string | undefined;
  constructor(reason: string, remedy?: string, cause?: unknown) {
    super('unreachable', `tunnel cut: ${reason}`);
    if (cause !== undefined) this.cause = cause;
    this.name = 'TunnelError';
    this.reason = reason;
    this.remedy = remedy;
  }
}
