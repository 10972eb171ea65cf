import type { AuditCopy } from '../../domain/guard.ts';
import type { Clock } from '../../platform/clock.ts';
import { openHttp } from '../../platform/network/http.ts';
import { openSyslog } from './syslog.ts';

/** One record as it is copied: the very line of the ledger, and what a syslog header says of it. */
export interface CopiedRecord {
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
export interface CopyDoor {
  /** Rejects when it could not be handed over. */
  send(record: CopiedRecord, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** 13 is "log audit", 5 "notice" (RFC 5424 §6.2.1). */
const priority = 13 * 8 + 5;

/** A header field: printable ASCII without blanks, '-' for nothing. */
const field = (text: string, most: number): string =>
  text.replaceAll(/[^\x21-\x7e]/g, '_').slice(0, most) || '-';

/** RFC 5424. 32473 is the enterprise number for examples (RFC 5612): there is none of our own. */
export const syslogMessage = ({ line, seq, hash, at, host, pid, kind }: CopiedRecord): string =>
  `<${priority}>1 ${at} ${field(host, 255)} opsdeck ${pid} ${field(kind, 32)} [opsdeck@32473 seq="${seq}" hash="${hash}"] ${line}`;

const toHttp = ({ url, bearer }: Extract<AuditCopy, { is: 'http' }>, clock: Clock): CopyDoor => {
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
export const openCopyDoor = (copy: AuditCopy, clock: Clock): CopyDoor => {
  if (copy.is === 'http') return toHttp(copy, clock);
  const syslog = openSyslog(copy);
  return {
    send: (record, signal) => syslog.send(syslogMessage(record), signal),
    close: async () => syslog.close(),
  };
};
