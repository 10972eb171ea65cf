import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';

const isRunnable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** True if this machine has the OpenSSH client. Otherwise the simulator provides a replacement. */
export const hasOpenSsh = (process.env.PATH ?? '').split(':').some((dir) => isRunnable(join(dir, 'ssh')));
