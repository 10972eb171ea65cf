import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AuditCopy } from '../../domain/runbooks/guard.ts';
import { openHttp } from '../../platform/network/http.ts';
import type { Clock } from '../../platform/runtime/clock.ts';

interface SyslogAddress {
  readonly host: string;
  readonly port: number;
  readonly over: 'udp' | 'tcp';
}

/** Connection to a syslog server. */
interface Syslog {
  /**
   * Resolves when the message was sent (syslog has no response). Rejects when sending fails or the signal
   * aborts.
   */
  send(message: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

const overUdp = ({ host, port }: SyslogAddress): Syslog => {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.unref();
  socket.on('error', () => {});
  return {
    send: (message, signal) =>
      new Promise((resolve, reject) => {
        const aborted = (): void => reject(new Error('no answer in time'));
        signal.addEventListener('abort', aborted, { once: true });
        socket.send(message, port, host, (error) => (error === null ? resolve() : reject(error)));
      }),
    close: () => socket.close(),
  };
};

/**
 * Octet counting, RFC 6587 §3.4.1: byte count, space, message. Uses one connection and reopens it after it
 * closed.
 */
const overTcp = ({ host, port }: SyslogAddress): Syslog => {
  let open: Socket | undefined;
  const connected = async (signal: AbortSignal): Promise<Socket> => {
    if (open?.writable === true) return open;
    const socket = connect({ host, port });
    socket.unref();
    try {
      await once(socket, 'connect', { signal });
    } catch (error) {
      socket.destroy();
      throw error;
    }
    socket.on('error', () => {});
    // Discards incoming data; without reading, the end of the connection would go unnoticed.
    socket.resume();
    open = socket;
    return socket;
  };
  return {
    send: async (message, signal) => {
      const socket = await connected(signal);
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('no answer in time')), { once: true });
        socket.write(`${Buffer.byteLength(message)} ${message}`, (error) =>
          error === null || error === undefined ? resolve() : reject(error),
        );
      });
    },
    close: () => open?.destroy(),
  };
};

/** Creates the connection; opens nothing before the first message. */
const openSyslog = (address: SyslogAddress): Syslog =>
  address.over === 'udp' ? overUdp(address) : overTcp(address);

/** One record as forwarded: the exact ledger line, and the fields of the syslog header. */
export interface ForwardedRecord {
  readonly line: string;
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly host: string;
  readonly pid: number;
  /** Event name. */
  readonly kind: string;
}

/**
 * Destination of record copies. It is separate from the io of sources and of the executor: only records pass
 * through it.
 */
export interface AuditForwarder {
  /** Rejects when delivery failed. */
  send(record: ForwardedRecord, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** Facility 13 is "log audit", severity 5 is "notice" (RFC 5424 §6.2.1). */
const priority = 13 * 8 + 5;

/** Formats a header field: printable ASCII without spaces, '-' if empty. */
const field = (text: string, most: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

/**
 * Formats a record as RFC 5424. 32473 is the enterprise number reserved for examples (RFC 5612); opsdeck has
 * none assigned.
 */
export const syslogMessage = ({ line, seq, hash, at, host, pid, kind }: ForwardedRecord): string =>
  `<${priority}>1 ${at} ${field(host, 255)} opsdeck ${pid} ${field(kind, 32)} [opsdeck@32473 seq="${seq}" hash="${hash}"] ${line}`;

const toHttp = ({ url, bearer }: Extract<AuditCopy, { is: 'http' }>, clock: Clock): AuditForwarder => {
  const http = openHttp(clock);
  return {
    send: async ({ line }, signal) => {
      const headers = {
        'content-type': 'application/json',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      };
      const { status } = await http.request(
        { method: 'POST', url, headers, body: line, maxRedirects: 0 },
        signal,
      );
      if (status < 200 || status > 299) throw new Error(`HTTP status ${status}`);
    },
    close: () => http.close(),
  };
};

/** Creates the forwarder; contacts nothing before the first record. */
export const openAuditForwarder = (copy: AuditCopy, clock: Clock): AuditForwarder => {
  if (copy.is === 'http') return toHttp(copy, clock);
  const syslog = openSyslog(copy);
  return {
    send: (record, signal) => syslog.send(syslogMessage(record), signal),
    close: async () => syslog.close(),
  };
};
