import type { Checkout } from './checkout.ts';
import type { CompileError } from './spec.ts';

/** As rustc prints it for people. */
export const rendered = ({ code, message, file, line, column, source }: CompileError): string => {
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

/** What a compiler says of a library that another version of it has built. */
const staleError = (version: string): CompileError => ({
  crate: 'riptide-core',
  code: 'E0514',
  message: `found crate \`serde\` compiled by an incompatible version of rustc, please recompile that crate using this compiler (rustc ${version}) (consider running \`cargo clean\` first)`,
  file: 'crates/riptide-core/src/lib.rs',
  line: 3,
  column: 5,
  source: 'use serde::{Deserialize, Serialize};',
});

/** What keeps it from being built; undefined: nothing. */
export const compileErrorOf = ({ trouble }: Checkout): CompileError | undefined =>
  trouble.staleCache === true ? staleError('1.91.0') : trouble.compileError;

export const compiling = ({ spec }: Checkout, crate: string): string =>
  `   Compiling ${crate} v${spec.version} (/src/eventmesh/crates/${crate})\n`;

export const couldNot = (crate: string): string =>
  `error: could not compile \`${crate}\` (lib) due to 1 previous error\n`;

/** What `cargo build --all --release` said when somebody kept it last. */
export const buildLog = (checkout: Checkout): string => {
  const error = compileErrorOf(checkout);
  const { crates } = checkout.spec;
  const upTo = error === undefined ? crates.length : crates.indexOf(error.crate) + 1;
  const began = crates.slice(0, upTo).map((crate) => compiling(checkout, crate));
  const end =
    error === undefined
      ? '    Finished `release` profile [optimized] target(s) in 21m 04s\n'
      : `${rendered(error)}${couldNot(error.crate)}`;
  return `${began.join('')}${end}`;
};
