import { expect, test } from 'vitest';
import { failureLines } from '../../../src/domain/text/failure-lines.ts';

const cargoTest = [
  '   Compiling mesh-core v0.1.0',
  'running 2 tests',
  'test publishes_once ... ok',
  'test publishes_twice ... FAILED',
  '',
  'failures:',
  '',
  '---- publishes_twice stdout ----',
  "thread 'publishes_twice' panicked at tests/integration_tests.rs:88:5:",
  'assertion `left == right` failed',
  '  left: 503',
  ' right: 200',
  '',
  'failures:',
  '    publishes_twice',
  '',
  'test result: FAILED. 1 passed; 1 failed; 0 ignored; finished in 0.41s',
  'error: test failed, to rerun pass `--test integration_tests`',
];

test('a failed test is named with its place, its assertion and its values', () =>
  expect(failureLines(cargoTest)).toEqual([
    'test publishes_twice ... FAILED',
    "thread 'publishes_twice' panicked at tests/integration_tests.rs:88:5:",
    'assertion `left == right` failed',
    '  left: 503',
    ' right: 200',
    'error: test failed, to rerun pass `--test integration_tests`',
  ]));

test('a compiler error has its place and the source line, and ends at a blank line', () =>
  expect(
    failureLines([
      '   Compiling mesh-cli v0.1.0',
      'error[E0063]: missing field `retries` in initializer of `Settings`',
      '  --> crates/mesh-cli/src/main.rs:41:5',
      '   |',
      '41 |     Settings { host }',
      '   |     ^^^^^^^^ missing `retries`',
      '',
      'For more information about this error, try `rustc --explain E0063`.',
    ]),
  ).toEqual([
    'error[E0063]: missing field `retries` in initializer of `Settings`',
    '  --> crates/mesh-cli/src/main.rs:41:5',
    '   |',
    '41 |     Settings { host }',
    '   |     ^^^^^^^^ missing `retries`',
  ]));

test('an error without details does not take the lines of another stream with it', () =>
  expect(
    failureLines([
      'error: test failed, to rerun pass `--test publish`',
      'running 3 tests',
      'test a ... FAILED',
    ]),
  ).toEqual(['error: test failed, to rerun pass `--test publish`', 'test a ... FAILED']));

test('a compiler error in JSON is shown as the compiler renders it; warnings and other messages are not', () => {
  const message = (level: string, rendered: string): string =>
    JSON.stringify({ reason: 'compiler-message', message: { level, rendered } });
  expect(
    failureLines([
      message('warning', 'warning: unused variable: `error`\n --> a.rs:1:1\n'),
      message('error', 'error[E0425]: cannot find value `x`\n --> b.rs:2:2\n'),
      '{"reason":"compiler-message", cut',
      '{"reason":"build-finished","success":false}',
    ]),
  ).toEqual(['error[E0425]: cannot find value `x`', ' --> b.rs:2:2']);
});

test.each([
  ['pytest', 'FAILED tests/test_a.py::test_b - assert 1 == 2'],
  ['go test', '--- FAIL: TestPublish (0.00s)'],
  ['Vitest', ' FAIL  src/a.test.ts > publishes'],
  ['Maven', '[ERROR] OrderServiceTest.places:41 expected 200 but was 500'],
  ['a log', '2026-03-04T10:15:07Z ERROR mesh_api: no route'],
  ['gcc', 'src/a.c:3:5: error: expected expression'],
  ['Java', 'Exception in thread "main" java.lang.IllegalStateException: no port'],
  ['Python', 'ValueError: no port'],
  ['Node', 'TypeError [ERR_INVALID_URL]: Invalid URL'],
  ['git', 'fatal: not a git repository'],
])('%s', (_, line) => expect(failureLines(['starting', line, '', 'done'])).toEqual([line]));

test('output without a failure has none', () =>
  expect(
    failureLines([
      'test result: ok. 2 passed; 0 failed',
      '0 errors, 0 failures',
      'removed error.log',
      'FAILOVER is configured',
    ]),
  ).toEqual([]));
