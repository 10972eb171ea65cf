import { putEstimates } from '../../checkout-files.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import { compile } from './cargo-build.ts';
import { audit, deny, update } from './cargo-dependencies.ts';
import { runTests } from './cargo-test.ts';
import { leaveBuilt, leaveNothing, leaveTag } from './copies.ts';
import { failed, type Ran, type Started, said, type Tool, told, unknownHere } from './ran.ts';

type Verb = (started: Started, checkout: Checkout) => Ran;

/** Behind a build that succeeds. */
const built =
  (out: string, err = ''): Verb =>
  (started, checkout) => {
    const ran = compile({ ...started, args: ['build', ...started.args.slice(1)] }, checkout);
    return ran.status === 0 ? { ...ran, out, err: `${ran.err}${err}` } : ran;
  };

/** A build; for release it leaves its programs in the checkout. */
const build: Verb = (started, checkout) => {
  const ran = compile(started, checkout);
  if (ran.status === 0) leaveTag(started.cwd);
  if (ran.status === 0 && started.args.includes('--release')) leaveBuilt(checkout, started.cwd);
  return ran;
};

/** Benchmarks, which leave what they have measured. */
const measured =
  (out: string, err: string): Verb =>
  (started, checkout) => {
    const ran = built(out, err)(started, checkout);
    if (ran.status === 0) putEstimates(started.cwd);
    return ran;
  };

const verbs: Readonly<Record<string, Verb>> = {
  build,
  check: build,
  clippy: build,
  test: runTests,
  update,
  audit,
  deny: (started, checkout) =>
    started.args.slice(1).join(' ') === 'check advisories' ? deny(started, checkout) : unknownHere(started),
  clean: ({ cwd }, checkout) => {
    checkout.clean();
    leaveNothing(cwd);
    return told('     Removed 4211 files, 1.6GiB total\n');
  },
  bloat: built(
    [
      ' File  .text     Size Crate',
      ' 9.8%  31.4%   1.9MiB std',
      ' 6.1%  19.7%   1.2MiB riptide_core',
      ' 4.4%  14.0% 867.2KiB tokio',
      ' 3.0%   9.6% 594.1KiB riptide_api',
      '31.2% 100.0%   6.1MiB .text section size, the file size is 19.4MiB',
      '',
    ].join('\n'),
  ),
  bench: measured(
    'publish_1k              time:   [412.60 µs 414.11 µs 415.83 µs]\nroute_match             time:   [1.2031 µs 1.2077 µs 1.2129 µs]\n',
    '     Running benches/throughput.rs\n',
  ),
  run: (started, checkout) => {
    const ran = built('', '     Running `target/release/riptide-api`\n')(started, checkout);
    const level = started.env.RUST_LOG === undefined ? 'INFO' : 'DEBUG';
    const line = `${level} riptide_api: listening on 0.0.0.0:8080\n`;
    return ran.status === 0 ? { ...ran, out: line, again: { everyMs: 1000 } } : ran;
  },
  '--version': () => said('cargo 1.91.0 (ea2d97820 2025-10-10)\n'),
};

/** `cargo`, as far as its builds, tests and checks go. */
export const cargo: Tool = (started, { checkout }) => {
  const [name = ''] = started.args;
  const verb = verbs[name];
  if (verb === undefined)
    return failed(
      101,
      `error: no such command: \`${name}\`\n\nhelp: view all installed commands with \`cargo --list\`\n`,
    );
  return verb(started, checkout);
};
