import { putEstimates, syncLock } from '../../checkout-files.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { Advisory } from '../../model/checkout/spec.ts';
import { compile } from './cargo-build.ts';
import { runTests } from './cargo-test.ts';
import { leaveBuilt, leaveNothing, leaveTag } from './copies.ts';
import { failed, type Ran, type Started, said, type Tool, told, unknownHere } from './ran.ts';

const indexUpdated = '    Updating crates.io index\n';

/** `cargo update [--dry-run]`: what is older than what may be taken is locked anew. */
const update = ({ args, cwd }: Started, checkout: Checkout): Ran => {
  const isDry = args.includes('--dry-run');
  const older = checkout.spec.dependencies.flatMap(({ name, newest }) => {
    const locked = checkout.locked.get(name) ?? newest;
    return locked === newest ? [] : [{ name, locked, newest }];
  });
  if (!isDry) {
    checkout.lock(older.map(({ name, newest }) => [name, newest]));
    syncLock(checkout, cwd);
  }
  const counted = `     Locking ${older.length} package${older.length === 1 ? '' : 's'} to latest compatible version${older.length === 1 ? '' : 's'}\n`;
  const lines = older.map(({ name, locked, newest }) => `    Updating ${name} v${locked} -> v${newest}\n`);
  const dry = isDry ? 'warning: not updating lockfile due to dry run\n' : '';
  return told(`${indexUpdated}${counted}${lines.join('')}${dry}`);
};

const reportOf = (checkout: Checkout, found: Advisory | undefined): string =>
  JSON.stringify({
    database: { 'advisory-count': 881, 'last-commit': null, 'last-updated': null },
    lockfile: { 'dependency-count': checkout.locked.size },
    settings: { target_arch: [], severity: null, ignore: [], informational_warnings: ['unmaintained'] },
    vulnerabilities: {
      found: found !== undefined,
      count: found === undefined ? 0 : 1,
      list:
        found === undefined
          ? []
          : [
              {
                advisory: { id: found.id, package: found.crate, title: found.title, date: found.date },
                versions: { patched: [`>=${found.patched}`], unaffected: [] },
                package: { name: found.crate, version: found.version },
              },
            ],
    },
    warnings: {},
  });

/** `cargo audit [--json]`: ends with 1 when it finds something. */
const audit = ({ args }: Started, checkout: Checkout): Ran => {
  const found = checkout.vulnerable;
  if (args.includes('--json'))
    return { status: found === undefined ? 0 : 1, out: `${reportOf(checkout, found)}\n`, err: '' };
  const began = `    Fetching advisory database from \`https://github.com/RustSec/advisory-db.git\`\n      Loaded 881 security advisories (from /home/ops/.cargo/advisory-db)\n    Updating crates.io index\n    Scanning Cargo.lock for vulnerabilities (${checkout.locked.size} crate dependencies)\n`;
  if (found === undefined) return told(began);
  const lines = [
    `Crate:     ${found.crate}`,
    `Version:   ${found.version}`,
    `Title:     ${found.title}`,
    `Date:      ${found.date}`,
    `ID:        ${found.id}`,
    `URL:       https://rustsec.org/advisories/${found.id}`,
    `Solution:  Upgrade to >=${found.patched}`,
  ];
  return failed(1, `${began}error: 1 vulnerability found!\n`, `${lines.join('\n')}\n`);
};

/** `cargo deny check advisories`. */
const deny = (_: Started, checkout: Checkout): Ran => {
  const found = checkout.vulnerable;
  if (found === undefined) return told('advisories ok\n');
  return failed(
    1,
    `error[vulnerability]: ${found.title}\n    ├ ID: ${found.id}\n    ├ Solution: Upgrade to >=${found.patched}\n\nadvisories FAILED\n`,
  );
};

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
