import { execFileSync } from 'node:child_process';

/** Builds the program before the tests, so that they never start an outdated build. */
export const setup = (): void => {
  execFileSync(process.execPath, ['scripts/build.ts'], { stdio: ['ignore', 'ignore', 'inherit'] });
};
