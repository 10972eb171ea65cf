import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { logProfile } from '../../../support/log-profile.ts';
import { openSandbox, type Sandbox } from '../../support/sandbox.ts';

/** A sandbox with log files and a profile that reads them. */
export interface LogPlace extends AsyncDisposable {
  readonly sandbox: Sandbox;
  path(name: string): string;
  /** Writes files and a profile that reads them and the missing files `also`; `more` is appended to the profile. */
  put(
    files: Readonly<Record<string, string | Buffer>>,
    more?: string,
    also?: readonly string[],
  ): Promise<void>;
}

export const openLogPlace = async (): Promise<LogPlace> => {
  const sandbox = await openSandbox();
  return {
    sandbox,
    path: (name) => join(sandbox.dir, name),
    put: async (files, more = '', also = []) => {
      for (const [name, text] of Object.entries(files)) {
        await sandbox.put(name, '');
        await writeFile(join(sandbox.dir, name), text);
      }
      await sandbox.put('profiles/dev.yaml', logProfile([...Object.keys(files), ...also], more));
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
};
