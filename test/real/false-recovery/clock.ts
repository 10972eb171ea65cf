import { glob, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The wall clock of a process, which can be set; its monotonic clock is that of the machine. */
export interface WallClock extends AsyncDisposable {
  /** The environment of the process. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets it so many seconds back. */
  setBack(seconds: number): Promise<void>;
}

/** Prepares a wall clock with libfaketime, which reads its offset with every call. */
export const openWallClock = async (): Promise<WallClock> => {
  let library: string | undefined;
  for await (const path of glob('/usr/lib/*/faketime/libfaketime.so.1')) library = path;
  if (library === undefined) throw new Error('libfaketime is not installed: the package faketime');
  const dir = await mkdtemp(join(tmpdir(), 'clock-'));
  const file = join(dir, 'offset');
  await writeFile(file, '+0\n');
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    setBack: (seconds) => writeFile(file, `-${seconds}\n`),
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }),
  };
};
