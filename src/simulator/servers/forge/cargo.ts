import {
  compileErrorOf,
  compilingLine,
  couldNotCompileLine,
  renderCompileError,
} from '../../model/checkout/build-reports.ts';
import type { Checkout } from '../../model/checkout/checkout.ts';
import type { Advisory, CompileError } from '../../model/spec/checkout.ts';
import { syncLockFile, writeBenchmarkEstimates } from '../http/checkout-files.ts';
import { cleanBuildOutput, writeBuildOutput, writeCacheTag } from './file-copies.ts';
import {
  type Tool,
  type ToolInvocation,
  type ToolResult,
  toolFailed,
  toolOk,
  toolOkWithStderr,
  unsupportedInvocation,
} from './tool.ts';

/** cargo's exit status after a rustc error or a failed test. */
const cargoFailed = 101;

const packageId = ({ spec }: Checkout, crate: string): string =>
  `path+file:///src/eventmesh/crates/${crate}#${spec.version}`;

/** One line of `--message-format=json`. */
const messageOf = (checkout: Checkout, error: CompileError): string => {
  const { crate, code, message, file, line, column, source } = error;
  const span = { file_name: file, line_start: line, line_end: line, column_start: column, is_primary: true };
  return JSON.stringify({
    reason: 'compiler-message',
    package_id: packageId(checkout, crate),
    target: { kind: ['lib'], name: crate.replaceAll('-', '_') },
    message: {
      rendered: renderCompileError(error),
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

/** `cargo build`, `check`, `clippy`: output for every crate up to the first error. */
const cargoCompile = ({ args }: ToolInvocation, checkout: Checkout): ToolResult => {
  const error = compileErrorOf(checkout);
  const { crates } = checkout.spec;
  const upTo = error === undefined ? crates.length : crates.indexOf(error.crate);
  const good = crates.slice(0, upTo);
  const isJson = args.includes('--message-format=json');
  const verb = args[0] === 'build' || args[0] === 'test' ? compilingLine : checking;
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
  return toolFailed(
    cargoFailed,
    `${began}${isJson ? '' : renderCompileError(error)}${couldNotCompileLine(error.crate)}`,
    out,
  );
};

const checking = (checkout: Checkout, crate: string): string =>
  compilingLine(checkout, crate).replace('   Compiling', '    Checking');

interface Target {
  readonly name: string;
  /** cargo's hint to rerun a failed test. */
  readonly flag: string;
  readonly tests: readonly string[];
}

const targetsOf = ({ spec }: Checkout): readonly Target[] => [
  { name: 'unittests src/lib.rs', flag: '--lib', tests: spec.unitTests },
  ...Object.entries(spec.tests).map(([name, tests]) => ({
    name: `tests/${name}.rs`,
    flag: `--test ${name}`,
    tests,
  })),
];

/** The value of an option. */
const argumentOf = (args: readonly string[], option: string): string | undefined => {
  const index = args.indexOf(option);
  return index === -1 ? undefined : args[index + 1];
};

/** libtest output of one target; failures are listed at its end. */
const runOf = ({ name, tests }: Target, broken: string | undefined, skip: string | undefined): ToolResult => {
  const chosen = tests.filter((test) => skip === undefined || !test.includes(skip));
  const bad = chosen.filter((test) => test === broken);
  const lines = [
    '',
    `running ${chosen.length} tests`,
    ...chosen.map((test) => `test ${test} ... ${test === broken ? 'FAILED' : 'ok'}`),
    '',
    ...bad.flatMap((test) => [
      ...['failures:', '', `---- ${test} stdout ----`],
      `thread '${test}' panicked at tests/integration_tests.rs:88:5:`,
      'assertion `left == right` failed',
      ...['  left: 503', ' right: 200', '', '', 'failures:', `    ${test}`, ''],
    ]),
    `test result: ${bad.length > 0 ? 'FAILED' : 'ok'}. ${chosen.length - bad.length} passed; ${bad.length} failed; 0 ignored; 0 measured; ${tests.length - chosen.length} filtered out; finished in 0.41s`,
    '',
  ];
  const status = bad.length > 0 ? cargoFailed : 0;
  return { status, out: lines.join('\n'), err: `     Running ${name}\n` };
};

/** `cargo test`: all targets, or one of `--lib` or `--test NAME`; stops at the first failing target. */
const runTests = (started: ToolInvocation, checkout: Checkout): ToolResult => {
  const { args } = started;
  const built = cargoCompile(started, checkout);
  if (built.status !== 0) return built;
  const all = targetsOf(checkout);
  const testName = argumentOf(args, '--test');
  const chosen = all.filter(({ flag }) =>
    testName !== undefined ? flag === `--test ${testName}` : args.includes('--lib') ? flag === '--lib' : true,
  );
  if (chosen.length === 0) {
    const known = Object.keys(checkout.spec.tests).map((name) => `    ${name}\n`);
    return toolFailed(
      cargoFailed,
      `error: no test target named \`${testName}\` in default-run packages\n\nhelp: available test targets:\n${known.join('')}`,
    );
  }
  let out = '';
  let err = built.err;
  for (const target of chosen) {
    const ran = runOf(target, checkout.trouble.failingTest, argumentOf(args, '--skip'));
    [out, err] = [`${out}${ran.out}`, `${err}${ran.err}`];
    if (ran.status !== 0)
      return toolFailed(ran.status, `${err}error: test failed, to rerun pass \`${target.flag}\`\n`, out);
  }
  return { status: 0, out, err };
};

const indexUpdated = '    Updating crates.io index\n';

/** `cargo update [--dry-run]`: locks outdated dependencies at the newest allowed version. */
const update = ({ args, cwd }: ToolInvocation, checkout: Checkout): ToolResult => {
  const isDry = args.includes('--dry-run');
  const older = checkout.spec.dependencies.flatMap(({ name, newest }) => {
    const locked = checkout.locked.get(name) ?? newest;
    return locked === newest ? [] : [{ name, locked, newest }];
  });
  if (!isDry) {
    checkout.lock(older.map(({ name, newest }) => [name, newest]));
    syncLockFile(checkout, cwd);
  }
  const counted = `     Locking ${older.length} package${older.length === 1 ? '' : 's'} to latest compatible version${older.length === 1 ? '' : 's'}\n`;
  const lines = older.map(({ name, locked, newest }) => `    Updating ${name} v${locked} -> v${newest}\n`);
  const dry = isDry ? 'warning: not updating lockfile due to dry run\n' : '';
  return toolOkWithStderr(`${indexUpdated}${counted}${lines.join('')}${dry}`);
};

const reportOf = (checkout: Checkout, advisory: Advisory | undefined): string =>
  JSON.stringify({
    database: { 'advisory-count': 881, 'last-commit': null, 'last-updated': null },
    lockfile: { 'dependency-count': checkout.locked.size },
    settings: { target_arch: [], severity: null, ignore: [], informational_warnings: ['unmaintained'] },
    vulnerabilities: {
      found: advisory !== undefined,
      count: advisory === undefined ? 0 : 1,
      list:
        advisory === undefined
          ? []
          : [
              {
                advisory: {
                  id: advisory.id,
                  package: advisory.crate,
                  title: advisory.title,
                  date: advisory.date,
                },
                versions: { patched: [`>=${advisory.patched}`], unaffected: [] },
                package: { name: advisory.crate, version: advisory.version },
              },
            ],
    },
    warnings: {},
  });

/** `cargo audit [--json]`: exits with 1 if it finds a vulnerability. */
const audit = ({ args }: ToolInvocation, checkout: Checkout): ToolResult => {
  const advisory = checkout.vulnerable;
  if (args.includes('--json'))
    return { status: advisory === undefined ? 0 : 1, out: `${reportOf(checkout, advisory)}\n`, err: '' };
  const began = `    Fetching advisory database from \`https://github.com/RustSec/advisory-db.git\`\n      Loaded 881 security advisories (from /home/ops/.cargo/advisory-db)\n    Updating crates.io index\n    Scanning Cargo.lock for vulnerabilities (${checkout.locked.size} crate dependencies)\n`;
  if (advisory === undefined) return toolOkWithStderr(began);
  const lines = [
    `Crate:     ${advisory.crate}`,
    `Version:   ${advisory.version}`,
    `Title:     ${advisory.title}`,
    `Date:      ${advisory.date}`,
    `ID:        ${advisory.id}`,
    `URL:       https://rustsec.org/advisories/${advisory.id}`,
    `Solution:  Upgrade to >=${advisory.patched}`,
  ];
  return toolFailed(1, `${began}error: 1 vulnerability found!\n`, `${lines.join('\n')}\n`);
};

/** `cargo deny check advisories`. */
const deny = (_: ToolInvocation, checkout: Checkout): ToolResult => {
  const advisory = checkout.vulnerable;
  if (advisory === undefined) return toolOkWithStderr('advisories ok\n');
  return toolFailed(
    1,
    `error[vulnerability]: ${advisory.title}\n    ├ ID: ${advisory.id}\n    ├ Solution: Upgrade to >=${advisory.patched}\n\nadvisories FAILED\n`,
  );
};

type Verb = (started: ToolInvocation, checkout: Checkout) => ToolResult;

/** Output after a successful build. */
const built =
  (out: string, err = ''): Verb =>
  (started, checkout) => {
    const ran = cargoCompile({ ...started, args: ['build', ...started.args.slice(1)] }, checkout);
    return ran.status === 0 ? { ...ran, out, err: `${ran.err}${err}` } : ran;
  };

/** A build; a release build leaves its programs in the checkout. */
const build: Verb = (started, checkout) => {
  const ran = cargoCompile(started, checkout);
  if (ran.status === 0) writeCacheTag(started.cwd);
  if (ran.status === 0 && started.args.includes('--release')) writeBuildOutput(checkout, started.cwd);
  return ran;
};

/** Benchmarks, which write their results. */
const measured =
  (out: string, err: string): Verb =>
  (started, checkout) => {
    const ran = built(out, err)(started, checkout);
    if (ran.status === 0) writeBenchmarkEstimates(started.cwd);
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
    started.args.slice(1).join(' ') === 'check advisories'
      ? deny(started, checkout)
      : unsupportedInvocation(started),
  clean: ({ cwd }, checkout) => {
    checkout.clean();
    cleanBuildOutput(cwd);
    return toolOkWithStderr('     Removed 4211 files, 1.6GiB total\n');
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
  '--version': () => toolOk('cargo 1.91.0 (ea2d97820 2025-10-10)\n'),
};

/** `cargo`: builds, tests and checks. */
export const cargo: Tool = (started, { checkout }) => {
  const [name = ''] = started.args;
  const verb = verbs[name];
  if (verb === undefined)
    return toolFailed(
      101,
      `error: no such command: \`${name}\`\n\nhelp: view all installed commands with \`cargo --list\`\n`,
    );
  return verb(started, checkout);
};
