import { execFile } from 'node:child_process';
import type { Figure } from './support/figure.ts';
import { launcher, openPlace } from './support/place.ts';

const environment = 'saga/production';

interface Report {
  readonly source: string;
  readonly type: string;
  readonly requestsPerSecond: number;
}

/** `doctor` exits with 1 or 2 if it has findings; its output is still valid. */
const doctorOf = (env: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve, reject) => {
    const argv = [launcher, 'doctor', '--env', environment, '--rehearse', '--json'];
    execFile(
      process.execPath,
      argv,
      { env: { PATH: process.env.PATH, ...env } },
      (_error, stdout, stderr) => {
        if (stdout === '') reject(new Error(stderr));
        else resolve(stdout);
      },
    );
  });

/** Request rate of an open cockpit to each source of a whole system, as reported by `doctor`. */
export const ownRequests = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const { sources } = JSON.parse(await doctorOf(place.env)) as { sources: readonly Report[] };
  return sources.map(({ source, type, requestsPerSecond }) => ({
    name: `requests of a cockpit to ${source}`,
    value: `${requestsPerSecond}/s`,
    from: `${type}, ${environment}`,
  }));
};
