import type { Millis } from '../../../domain/fault.ts';
import { draw } from '../logs/entry.ts';
import type { Checkout } from './checkout.ts';
import { commitsOf } from './commits.ts';

/** How far apart the builds of the report are. */
const betweenMs: Millis = 5 * 3_600_000;

interface Build {
  readonly at: string;
  readonly commit: string;
  readonly isNewest: boolean;
  some(what: string, below: number): number;
}

const buildsOf = (checkout: Checkout, toClock: (at: Millis) => Millis): readonly Build[] => {
  const commits = commitsOf(checkout.spec);
  return Array.from({ length: checkout.builds }, (_, index) => {
    const ago = checkout.builds - 1 - index;
    const commit = commits[ago % commits.length]?.sha ?? '';
    const at = new Date(toClock(checkout.reportedAt - ago * betweenMs)).toISOString().slice(0, 19);
    return {
      at: `${at}Z`,
      commit,
      isNewest: ago === 0,
      some: (what, below) => draw(`${commit}/${what}`, below),
    };
  });
};

const table = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`;

/** What the report script writes into `metrics/`, by file name. */
export const reportsOf = (
  checkout: Checkout,
  toClock: (at: Millis) => Millis,
): Readonly<Record<string, string>> => {
  const { compileError, staleCache, failingTest } = checkout.trouble;
  const builds = buildsOf(checkout, toClock);
  const isBroken = ({ isNewest }: Build): boolean => isNewest && (compileError ?? staleCache) !== undefined;
  const failed = (build: Build): number => (build.isNewest && failingTest !== undefined ? 1 : 0);
  return {
    'build_metrics.csv': table(
      'timestamp,commit,status,duration_seconds',
      builds.map((build) => [
        build.at,
        build.commit,
        isBroken(build) ? 'failure' : 'success',
        isBroken(build) ? 94 + build.some('build', 60) : 1180 + build.some('build', 320),
      ]),
    ),
    'test_metrics.csv': table(
      'timestamp,commit,passed,failed,duration_seconds',
      builds.map((build) => [
        ...[build.at, build.commit, 214 - failed(build), failed(build)],
        180 + build.some('test', 60),
      ]),
    ),
    'cache_hits.csv': table(
      'timestamp,commit,hits,misses,hit_rate_percent',
      builds.map((build) => {
        const hits = 300 + build.some('hits', 60);
        return [build.at, build.commit, hits, 400 - hits, Math.round(hits / 4)];
      }),
    ),
  };
};
