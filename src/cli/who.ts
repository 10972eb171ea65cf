import { hostname, userInfo } from 'node:os';
import type { Who } from '../engine/ledger/entry.ts';
import { processStart } from '../io/process-start.ts';

const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the user database, as in many containers.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
};

/** Who runs this process, for the ledger. */
export const whoAmI = async (): Promise<Who> => {
  const start = await processStart(process.pid);
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    ...(start === undefined ? {} : { start }),
  };
};
