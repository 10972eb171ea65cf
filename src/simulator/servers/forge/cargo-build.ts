import { compileErrorOf, compiling, couldNot, rendered } from '../../model/checkout/build-log.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { CompileError } from '../../model/checkout/spec.ts';
import { failed, type Ran, type Started } from './ran.ts';

/** As cargo ends when rustc, or a test, has failed. */
export const cargoFailed = 101;

const packageId = ({ spec }: Checkout, crate: string): string =>
  `path+file:///src/eventmesh/crates/${crate}#${spec.version}`;

/** One line of `--message-format=json`, for a program. */
const messageOf = (checkout: Checkout, error: CompileError): string => {
  const { crate, code, message, file, line, column, source } = error;
  const span = { file_name: file, line_start: line, line_end: line, column_start: column, is_primary: true };
  return JSON.stringify({
    reason: 'compiler-message',
    package_id: packageId(checkout, crate),
    target: { kind: ['lib'], name: crate.replaceAll('-', '_') },
    message: {
      rendered: rendered(error),
      level: 'error',
      code: { code, explanation: null },
      message,
      spans: [{ ...span, text: [{ text: source }] }],
      children: [],
    },
  });
};

const artifactOf = (checkout: Checkout, crate: string): string =>
  JSON.stringify({
    reason: 'compiler-artifact',
    package_id: packageId(checkout, crate),
    target: { kind: ['lib'], name: crate.replaceAll('-', '_') },
    fresh: false,
  });

const profileOf = (args: readonly string[]): string =>
  args.includes('--release') ? '`release` profile [optimized]' : '`dev` profile [unoptimized + debuginfo]';

/** `cargo build`, `check`, `clippy`: what they say of every crate, up to the one that is wrong. */
export const compile = ({ args }: Started, checkout: Checkout): Ran => {
  const error = compileErrorOf(checkout);
  const { crates } = checkout.spec;
  const upTo = error === undefined ? crates.length : crates.indexOf(error.crate);
  const good = crates.slice(0, upTo);
  const isJson = args.includes('--message-format=json');
  const verb = args[0] === 'build' || args[0] === 'test' ? compiling : checking;
  const began = [...good, ...(error === undefined ? [] : [error.crate])]
    .map((crate) => verb(checkout, crate))
    .join('');
  const lines = [
    ...good.map((crate) => artifactOf(checkout, crate)),
    ...(error === undefined ? [] : [messageOf(checkout, error)]),
    JSON.stringify({ reason: 'build-finished', success: error === undefined }),
  ];
  const out = isJson ? `${lines.join('\n')}\n` : '';
  if (error === undefined)
    return { status: 0, out, err: `${began}    Finished ${profileOf(args)} target(s) in 2.31s\n` };
  return failed(cargoFailed, `${began}${isJson ? '' : rendered(error)}${couldNot(error.crate)}`, out);
};

const checking = (checkout: Checkout, crate: string): string =>
  compiling(checkout, crate).replace('   Compiling', '    Checking');
