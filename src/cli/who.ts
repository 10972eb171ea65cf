import { hostname, userInfo } from 'node:os';
import type { Who } from '../persistence/ledger/entry.ts';
import { ownPlace, placeText } from '../platform/processes/process-place.ts';
import { processStart } from '../platform/processes/process-start.ts';

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
  const [start, place] = await Promise.all([processStart(process.pid), ownPlace()]);
  return {
    user: userName(),
    host: hostname(),
    pid: process.pid,
    ...(start === undefined ? {} : { start }),
    ...(place === undefined ? {} : { place: placeText(place) }),
  };
};
