import { hostname, userInfo } from 'node:os';
import { defined } from '../../domain/base/defined.ts';
import type { LedgerActor } from '../../persistence/ledger/ledger-record.ts';
import {
  formatPidNamespace,
  ownPidNamespace,
  processStart,
} from '../../platform/processes/process-identity.ts';

/** The name of the user of this process. */
export const userName = (): string => {
  try {
    return userInfo().username;
  } catch {
    // Many containers have a user id without an entry in the user database.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
};

/** Returns the user and process for the ledger. */
export const whoAmI = async (): Promise<LedgerActor> => {
  const [start, place] = await Promise.all([processStart(process.pid), ownPidNamespace()]);
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    ...defined({ start }),
    ...(place === undefined ? {} : { place: formatPidNamespace(place) }),
  };
};
