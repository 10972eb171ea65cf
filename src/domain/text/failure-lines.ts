import { isObject } from './value-text.ts';

/** Letters of a line that are compared; a report begins its line. */
const compared = 400;

/** Lines that name one failure and need no further line: a failed test, or a log line at error level. */
const verdicts: readonly RegExp[] = [
  // libtest and others: 'test publishes_twice ... FAILED'.
  /\.\.\. FAILED$/,
  // pytest 'FAILED tests/test_a.py::test_b', Jest and Vitest 'FAIL src/a.test.ts', scripts 'FAIL smoke tests'.
  /^\s*FAIL(?:ED)?:?\s/,
  // go test '--- FAIL: TestName', Maven and Gradle '[ERROR] …', log lines with a level.
  /^\s*--- FAIL: /,
  /(?:^|[\s[])(?:ERROR|FATAL)[\s\]:]/,
];

/** Lines that begin a diagnostic of rustc, gcc or git: 'error[E0063]: …', 'src/a.c:3:5: error: …', 'fatal: …'. */
const diagnostics: readonly RegExp[] = [/(?:^|\s)(?:error|fatal)(?:\[\w+\])?: /i];

/** Lines below a diagnostic that belong to it: indented, or a numbered source line. */
const detail = /^(?:\s+\S|\d+ +\|)/;

/** Lines that begin a report whose following lines, up to a blank one, say where and why. */
const reports: readonly RegExp[] = [
  // Rust and Go: "thread 'x' panicked at src/a.rs:88:5:", 'panic: …'.
  /\bpanicked at /,
  /^panic: /,
  // Python, Java, Node.
  /^Traceback \(most recent call last\):/,
  /^(?:Exception in thread |Caused by: |\S*(?:Exception|Error)(?: \[\w+\])?: )/,
];

const isLike = (line: string, patterns: readonly RegExp[]): boolean => {
  const begin = line.slice(0, compared);
  return patterns.some((pattern) => pattern.test(begin));
};

const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

/**
 * The lines of a compiler error that is one JSON object (`cargo build --message-format=json`); of any other line, itself.
 * Source: The Cargo Book, External tools, JSON messages.
 */
const renderedLines = (line: string): readonly string[] => {
  if (!line.startsWith('{"reason":"compiler-message"')) return [line];
  try {
    const message = memberOf(JSON.parse(line), 'message');
    const rendered = memberOf(message, 'rendered');
    return memberOf(message, 'level') === 'error' && typeof rendered === 'string'
      ? [...rendered.split('\n'), '']
      : [];
  } catch {
    return [];
  }
};

/** Lines of a report after its first one. */
const reportTail = 4;

/**
 * The lines of a program's output that say what failed and where, in their order: compiler errors with their places,
 * failed tests, panics and exceptions with the lines below them, log lines at error level. Empty: the output has no line
 * in such a form.
 */
export const failureLines = (output: readonly string[]): readonly string[] => {
  const found: string[] = [];
  let tail = 0;
  let isDiagnostic = false;
  for (const line of output.flatMap(renderedLines)) {
    const isReport = isLike(line, reports);
    const begins = isReport || isLike(line, diagnostics);
    if (begins) {
      tail = reportTail + 1;
      isDiagnostic = !isReport;
    } else if (line.trim() === '' || (isDiagnostic && !detail.test(line))) tail = 0;
    if (tail > 0 || isLike(line, verdicts)) found.push(line);
    tail = Math.max(0, tail - 1);
  }
  return found;
};
