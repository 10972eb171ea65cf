import { hostname, userInfo } from 'node:os';
import type { Who } from '../engine/ledger/entry.ts';

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
};

/** Who runs this process, for the ledger. */
export const whoAmI = (): Who => ({ user: userName(), host: hostname(), pid: process.pid });
