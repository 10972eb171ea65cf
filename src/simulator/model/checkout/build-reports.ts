import type { Millis } from '../../../domain/base/fault.ts';
import type { CompileError } from '../spec/checkout.ts';
import { stableNumber } from '../spec/log-entry.ts';
import type { Checkout } from './checkout.ts';
import { commitsOf } from './checkout.ts';

/** A diagnostic in rustc's human-readable format. */
export const renderCompileError = ({ code, message, file, line, column, source }: CompileError): string => {
  const gutter = ' '.repeat(String(line).length);
  const mark = `${' '.repeat(Math.max(0, column - 1))}^`;
  return [
    `error[${code}]: ${message}`,
    `${gutter}--> ${file}:${line}:${column}`,
    `${gutter} |`,
    `${line} | ${source}`,
    `${gutter} | ${mark}`,
    '',
    '',
  ].join('\n');
};

/** The compiler's error for a library built by another compiler version. */
const staleError = (version: string): CompileError => ({
  crate: 'riptide-core',
  code: 'E0514',
  message: `found crate \`serde\` compiled by an incompatible version of rustc, please recompile that crate using this compiler (rustc ${version}) (consider running \`cargo clean\` first)`,
  file: 'crates/riptide-core/src/lib.rs',
  line: 3,
  column: 5,
  source: 'use serde::{Deserialize, Serialize};',
});

/** The problem that prevents a build, or undefined. */
export const compileErrorOf = ({ trouble }: Checkout): CompileError | undefined =>
  trouble.staleCache === true ? staleError('1.91.0') : trouble.compileError;

export const compilingLine = ({ spec }: Checkout, crate: string): string =>
  `   Compiling ${crate} v${spec.version} (/src/eventmesh/crates/${crate})\n`;

export const couldNotCompileLine = (crate: string): string =>
  `error: could not compile \`${crate}\` (lib) due to 1 previous error\n`;

/** Output of the last saved `cargo build --all --release`. */
export const buildLog = (checkout: Checkout): string => {
  const error = compileErrorOf(checkout);
  const { crates } = checkout.spec;
  const upTo = error === undefined ? crates.length : crates.indexOf(error.crate) + 1;
  const began = crates.slice(0, upTo).map((crate) => compilingLine(checkout, crate));
  const end =
    error === undefined
      ? '    Finished `release` profile [optimized] target(s) in 21m 04s\n'
      : `${renderCompileError(error)}${couldNotCompileLine(error.crate)}`;
  return `${began.join('')}${end}`;
};

/** Interval between the builds in the report. */
const betweenMs: Millis = 5 * 3_600_000;

interface Build {
  readonly at: string;
  readonly commit: string;
  readonly isNewest: boolean;
  some(what: string, below: number): number;
}

const buildsOf = (checkout: Checkout, toClock: (time: Millis) => Millis): readonly Build[] => {
  const commits = commitsOf(checkout.spec);
  return Array.from({ length: checkout.builds }, (_, index) => {
    const ago = checkout.builds - 1 - index;
    const commit = commits[ago % commits.length]?.sha ?? '';
    const time = new Date(toClock(checkout.reportedAt - ago * betweenMs)).toISOString().slice(0, 19);
    return {
      at: `${time}Z`,
      commit,
      isNewest: ago === 0,
      some: (what, below) => stableNumber(`${commit}/${what}`, below),
    };
  });
};

const table = (header: string, rows: readonly (readonly (string | number)[])[]): string =>
  `${[header, ...rows.map((row) => row.join(','))].join('\n')}\n`;

/** Files that the report script writes to `metrics/`, by name. */
export const reportsOf = (
  checkout: Checkout,
  toClock: (time: Millis) => Millis,
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
