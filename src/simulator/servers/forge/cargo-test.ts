import type { Checkout } from '../../model/checkout/checkout.ts';
import { cargoFailed, compile } from './cargo-build.ts';
import { failed, type Ran, type Started } from './ran.ts';

interface Target {
  readonly name: string;
  /** As cargo says it to be run again. */
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

/** The argument behind an option. */
const argumentOf = (args: readonly string[], option: string): string | undefined => {
  const at = args.indexOf(option);
  return at === -1 ? undefined : args[at + 1];
};

/** What one target says, as libtest prints it; the failing test is told at its end. */
const runOf = ({ name, tests }: Target, broken: string | undefined, skip: string | undefined): Ran => {
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

/** `cargo test`: all targets, or the one of `--lib` or `--test NAME`; the first that fails is the last. */
export const runTests = (started: Started, checkout: Checkout): Ran => {
  const { args } = started;
  const built = compile(started, checkout);
  if (built.status !== 0) return built;
  const all = targetsOf(checkout);
  const wanted = argumentOf(args, '--test');
  const chosen = all.filter(({ flag }) =>
    wanted !== undefined ? flag === `--test ${wanted}` : args.includes('--lib') ? flag === '--lib' : true,
  );
  if (chosen.length === 0) {
    const known = Object.keys(checkout.spec.tests).map((name) => `    ${name}\n`);
    return failed(
      cargoFailed,
      `error: no test target named \`${wanted}\` in default-run packages\n\nhelp: available test targets:\n${known.join('')}`,
    );
  }
  let [out, err] = ['', built.err];
  for (const target of chosen) {
    const ran = runOf(target, checkout.trouble.failingTest, argumentOf(args, '--skip'));
    [out, err] = [`${out}${ran.out}`, `${err}${ran.err}`];
    if (ran.status !== 0)
      return failed(ran.status, `${err}error: test failed, to rerun pass \`${target.flag}\`\n`, out);
  }
  return { status: 0, out, err };
};
