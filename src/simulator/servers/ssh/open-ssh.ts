import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** The OpenSSH client of this machine, as PATH finds it; undefined: it has none. */
export const openSshHere = async (): Promise<string | undefined> => {
  for (const dir of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(dir, 'ssh');
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
};
