import { execFileSync } from 'node:child_process';

/** Builds what the tests start, so that they never drive an older program than the one that is written here. */
export const setup = (): void => {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
};
