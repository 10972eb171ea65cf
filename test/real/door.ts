import { retryAfterMs } from '../../src/testing/failure-modes.ts';
import { secret } from '../contract/wired.ts';
import { otherPassword, user, writePasswords } from './servers/passwords.ts';
import type { Address } from './servers/server.ts';

/** Access control of a real server: credentials, permissions and limits, changed by a test. */
export interface Door {
  /** Invalidates our password. */
  lock(): Promise<void>;
  /** Restores the initial state. */
  open(): Promise<void>;
  /** Denies our user the matching addresses. Absent: the server has no such permissions. */
  closeTo?(calls: RegExp): Promise<void>;
  /** Throttles our user with this status. Absent: the server cannot throttle. */
  slowDown?(status: 429 | 503): Promise<void>;
}

/** undefined: the server has no access control. */
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

/** The Spring application's access control: calls to `/control` configure its filter. */
const springDoor = (port: number): Door => {
  const configure = async (setting: string, params: Readonly<Record<string, string>>): Promise<void> => {
    const query = new URLSearchParams({ user, ...params });
    const answer = await fetch(`http://127.0.0.1:${port}/control/${setting}?${query}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`/control/${setting} answered ${answer.status}`);
  };
  return {
    lock: () => configure('password', { to: otherPassword }),
    open: async () => {
      await configure('password', { to: secret });
      await configure('free', {});
    },
    closeTo: (calls) => configure('deny', { calls: calls.source }),
    slowDown: (status) =>
      configure('throttle', { status: String(status), seconds: String(retryAfterMs / 1000) }),
  };
};
