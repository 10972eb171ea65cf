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

/** True: this machine has the OpenSSH client. Where it has not, the stand-in of the embedded world does. */
export const hasOpenSsh = (process.env.PATH ?? '').split(':').some((dir) => isRunnable(join(dir, 'ssh')));
