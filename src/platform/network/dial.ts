import type { Duplex } from 'node:stream';
import { WireError } from '../runtime/wire-error.ts';

/** The destination of a connection. */
export interface Destination {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens a connection through a tunnel: a pod, a container or an ssh host. Throws TunnelError when the tunnel itself
 * is lost, and a plain WireError when only its destination refuses.
 */
export interface Dial {
  (to: Destination, signal: AbortSignal): Promise<Duplex>;
  /** True: it accepts addresses unchanged, as the network does. */
  readonly isStraight?: true;
}

/**
 * The host name of a tunnel endpoint (a pod, a container) in a URL: its name, with characters that a URL accepts. A
 * dial resolves it back to the endpoint.
 */
export const endpointHost = (name: string): string => {
  const plain = name.toLowerCase().replaceAll(/[^a-z0-9._-]/g, '-');
  // A URL keeps an IPv4 address as it is, such as that of an ssh host.
  if (/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(plain)) return plain;
  // Of another host whose last label is a number, a URL parser makes an IPv4 address.
  return /(^|\.)(\d+|0x[0-9a-f]*)\.?$/.test(plain) ? `${plain.replace(/\.$/, '')}.end` : plain;
};

const tunnelPrefix = 'tunnel cut: ';

/** Returns the reason of a lost tunnel from a message, without the prefix of a TunnelError. */
export const tunnelReason = (message: string): string =>
  message.startsWith(tunnelPrefix) ? message.slice(tunnelPrefix.length) : message;

/**
 * Thrown when the tunnel to a source is lost. The state behind it is unknown, so a probe must not report it as down.
 */
export class TunnelError extends WireError {
  /** The lost tunnel, without the prefix 'tunnel cut'. */
  readonly reason: string;
  readonly remedy: string | undefined;
  constructor(reason: string, remedy?: string, cause?: unknown) {
    super('unreachable', `${tunnelPrefix}${reason}`);
    if (cause !== undefined) this.cause = cause;
    this.name = 'TunnelError';
    this.reason = reason;
    this.remedy = remedy;
  }
}
