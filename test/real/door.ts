import { retryAfterMs } from '../../src/testing/moods.ts';
import { secret } from '../contract/wired.ts';
import { otherPassword, user, writePasswords } from './servers/passwords.ts';
import type { Address } from './servers/server.ts';

/** Who is let in at a real server: its own credentials and limits, moved by a test. */
export interface Door {
  /** Our password is no longer right. */
  lock(): Promise<void>;
  /** Everything as in the beginning. */
  open(): Promise<void>;
  /** Our user may no longer call the addresses that match. Absent: the server has no such rights. */
  closeTo?(calls: RegExp): Promise<void>;
  /** Our user is asked to come back later, with this status. Absent: the server does no such thing. */
  slowDown?(status: 429 | 503): Promise<void>;
}

/** undefined: it lets everybody in. */
export const doorOf = (server: Address): Door | undefined => {
  if (server.kind === 'loki') return undefined;
  if (server.kind === 'spring') return springDoor(server.port);
  const { passwords } = server;
  if (passwords === undefined) throw new Error(`${server.name} has no passwords`);
  return {
    lock: () => writePasswords(passwords, otherPassword),
    open: () => writePasswords(passwords, secret),
  };
};

/** Our own application: a filter in it is told by calls to `/control`. */
const springDoor = (port: number): Door => {
  const tell = async (what: string, params: Readonly<Record<string, string>>): Promise<void> => {
    const query = new URLSearchParams({ user, ...params });
    const answer = await fetch(`http://127.0.0.1:${port}/control/${what}?${query}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`/control/${what} answered ${answer.status}`);
  };
  return {
    lock: () => tell('password', { to: otherPassword }),
    open: async () => {
      await tell('password', { to: secret });
      await tell('free', {});
    },
    closeTo: (calls) => tell('deny', { calls: calls.source }),
    slowDown: (status) => tell('throttle', { status: String(status), seconds: String(retryAfterMs / 1000) }),
  };
};
