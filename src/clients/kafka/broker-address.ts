import { type Destination, TunnelError } from '../../platform/network/dial.ts';
import { RemediedError } from '../../platform/network/to-fault.ts';
import { toWireError, WireError } from '../../platform/runtime/wire-error.ts';
import type { KafkaBroker, KafkaTarget } from './kafka-types.ts';

const defaultPort = 9092;

/** Parses 'HOST', 'HOST:PORT' or '[::1]:PORT'. Throws `unconfigured`. */
export const parseDestination = (written: string): Destination => {
  const [, six, host, port] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d+))?$/.exec(written.trim()) ?? [];
  const name = six ?? host;
  if (name === undefined)
    throw new WireError('unconfigured', `"${written}" is not a broker address. Write HOST:PORT`);
  return { host: name, port: Number(port ?? defaultPort) };
};

export const brokerAddress = ({ host, port }: Destination): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

/** Returns the error with another message. A lost tunnel stays unchanged; a remedy is kept. */
const withMessage = (error: WireError, message: string, remedy?: string): WireError => {
  if (error instanceof TunnelError) return error;
  const own = error instanceof RemediedError ? error.remedy : remedy;
  return own === undefined ? new WireError(error.kind, message) : new RemediedError(error.kind, message, own);
};

/** Describes a failure at an address from the profile. */
export const bootstrapError = (to: Destination, call: string, error: unknown): unknown => {
  const wire = toWireError(error);
  return wire === undefined ? error : withMessage(wire, `${brokerAddress(to)}: ${call}: ${wire.message}`);
};

/** True: the broker was reached, and ended the connection. */
const isClosed = (message: string): boolean =>
  /^(?:connection closed|the server closed the connection)\b/.test(message);

/** Describes a failure at a broker from the cluster's metadata. */
export const brokerError = (
  broker: KafkaBroker,
  target: KafkaTarget,
  call: string,
  error: unknown,
): unknown => {
  const wire = toWireError(error);
  if (wire === undefined) return error;
  const address = brokerAddress(broker);
  const isEntrance = target.brokers.some((written) => brokerAddress(parseDestination(written)) === address);
  if (isEntrance || wire.kind !== 'unreachable' || isClosed(wire.message))
    return withMessage(wire, `broker ${broker.id} (${address}): ${call}: ${wire.message}`);
  return withMessage(
    wire,
    `broker ${broker.id} advertises ${address}, which cannot be reached: ${wire.message}`,
    'set advertised.listeners of the broker to an address reachable from here, or connect through via:',
  );
};

/** Merges errors of several brokers into one; a refused login has priority over a refused connection. */
export const mergeErrors = (failures: readonly unknown[]): unknown => {
  const wires = failures
    .filter((failure) => failure instanceof WireError)
    .filter(({ kind }) => kind !== 'cancelled');
  const first = wires.find(({ kind }) => kind === 'denied') ?? wires[0];
  if (first === undefined || wires.length < 2) return first ?? failures[0];
  const others = wires.filter((wire) => wire !== first);
  return withMessage(first, [first, ...others].map(({ message }) => message).join('; '));
};
