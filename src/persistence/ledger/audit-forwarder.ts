import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { AuditCopy } from '../../domain/guard.ts';
import type { Clock } from '../../platform/clock.ts';
import { openHttp } from '../../platform/network/http.ts';

interface SyslogAddress {
  readonly host: string;
  readonly port: number;
  readonly over: 'udp' | 'tcp';
}

/** Where syslog messages go. */
interface Syslog {
  /** Resolves when the message has left (syslog answers nothing). Rejects when it could not leave, or the signal aborts. */
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

/** RFC 6587 §3.4.1: the number of bytes, a blank, the message; one connection, made anew when it is gone. */
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
    // What the other side says is nothing, and its end is the connection's.
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

/** Opens nothing before the first message. */
const openSyslog = (address: SyslogAddress): Syslog =>
  address.over === 'udp' ? overUdp(address) : overTcp(address);

/** One record as it is copied: the very line of the ledger, and what a syslog header says of it. */
export interface ForwardedRecord {
  readonly line: string;
  readonly seq: number;
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly host: string;
  readonly pid: number;
  /** The event. */
  readonly kind: string;
}

/** Where copies of records go. Never a source's door, nor the executor's: nothing but records leaves by it. */
export interface AuditForwarder {
  /** Rejects when it could not be handed over. */
  send(record: ForwardedRecord, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** 13 is "log audit", 5 "notice" (RFC 5424 §6.2.1). */
const priority = 13 * 8 + 5;

/** A header field: printable ASCII without blanks, '-' for nothing. */
const field = (text: string, most: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

/** RFC 5424. 32473 is the enterprise number for examples (RFC 5612): there is none of our own. */
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
      if (status < 200 || status > 299) throw new Error(`it answered ${status}`);
    },
    close: () => http.close(),
  };
};

/** Contacts nobody before the first record. */
export const openAuditForwarder = (copy: AuditCopy, clock: Clock): AuditForwarder => {
  if (copy.is === 'http') return toHttp(copy, clock);
  const syslog = openSyslog(copy);
  return {
    send: (record, signal) => syslog.send(syslogMessage(record), signal),
    close: async () => syslog.close(),
  };
};
