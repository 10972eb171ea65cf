import { levelCode } from '../../../domain/log-level.ts';
import { ascii, isBlankByte, prefixTable } from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import { isExceptionName } from './level-words.ts';

const warn = levelCode('warn');
const error = levelCode('error');

const traces = {
  python: prefixTable(['Traceback (most recent call last)']),
  rust: prefixTable(["thread '"]),
  go: prefixTable(['panic: ', 'fatal error: ', 'SIGQUIT: ', 'goroutine ']),
};
const goroutine = prefixTable(['goroutine ']);

/** Lines that never stand for themselves: the JVM's, Rust's, Python's between two tracebacks. */
const further = prefixTable([
  'Caused by: ',
  'Suppressed: ',
  '... ',
  'stack backtrace:',
  'note: run with `RUST_BACKTRACE',
  'note: Some details are omitted',
  'During handling of the above exception',
  'The above exception was the direct cause',
]);

/** Go's stack: functions with their arguments, where a goroutine was made, signals, the end of the program. */
const goLine = /^(?:\S+\(.*\)$|created by |goroutine \d|\[signal |exit status |runtime\b|r\d+ |panic\()/;

/** Python's last line of a traceback: what was raised. */
const raised = /^[A-Za-z_][\w.]*(?:: |:?$)/;

/** Indented as only traces are: 'at f(…)', '... 14 more', 'File "x"', '  0: …'. */
const indentedTrace = /^\s+(?:at \S|\.\.\. |File "|\d+: |Caused by: |Suppressed: |- locked |\S+\.go:\d+)/;

const lookedAt = 200;
const decoder = new TextDecoder('latin1');

const textOf = (bytes: Uint8Array, begin: number, end: number): string =>
  decoder.decode(bytes.subarray(begin, Math.min(end, begin + lookedAt))).trimEnd();

/** How often lines of a stream bear a time: those without one count down. */
const most = 16;

type Trace = 'none' | 'go' | 'rust' | 'python';

/** Whether a line without a time is one of a stack trace by its text alone: what was thrown, or what caused that. */
export const isStackTraceLine = (
  { shape }: Pick<HeadScan, 'shape'>,
  bytes: Uint8Array,
  begin: number,
  end: number,
): boolean => shape === 'text' && (further.at(bytes, begin, end) >= 0 || isExceptionName(bytes, begin, end));

/** Tells which lines say more of the line before, from what was seen of their stream. */
export class ContinuationDetector {
  #bearing = 0;
  #trace: Trace = 'none';
  /** Of the last line that was none: `levelCode`. */
  level = 0;
  #seen = false;
  /** The line before went with one before it. */
  #isOpen = false;

  /** Whether this line goes with the one before it. To be asked of every line, in order. */
  isContinuation(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    this.#isOpen = scan.timeTo > 0 ? scan.isDetail && this.#seen : this.#goesOn(scan, bytes, begin, end);
    if (this.#isOpen) return true;
    this.#seen = true;
    this.level = scan.level;
    this.#bearing = scan.timeTo > 0 ? Math.min(most, this.#bearing + 1) : Math.max(0, this.#bearing - 1);
    if (scan.timeTo > 0 || scan.shape !== 'text') this.#trace = 'none';
    else this.#trace = this.#begins(bytes, begin, end);
    return false;
  }

  #begins(bytes: Uint8Array, begin: number, end: number): Trace {
    if (traces.python.at(bytes, begin, end) >= 0) return 'python';
    if (traces.rust.at(bytes, begin, end) >= 0) return 'rust';
    return traces.go.at(bytes, begin, end) >= 0 ? 'go' : 'none';
  }

  #goesOn(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    if (!this.#seen || scan.shape !== 'text') return false;
    const first = begin < end ? (bytes[begin] ?? 0) : 13;
    if (isBlankByte(first) || first === 13) {
      if (this.#bearing > 0 || this.#isOpen || this.#trace !== 'none') return true;
      return isBlankByte(first) && indentedTrace.test(textOf(bytes, begin, end));
    }
    // Node ends what it tells of an error with a brace.
    if (this.#isOpen && first === ascii.endBrace && end - begin <= 2) return true;
    if (further.at(bytes, begin, end) >= 0) return true;
    if (this.#trace !== 'none') return this.#goesOnInTrace(bytes, begin, end);
    return this.#beginsTraceOfLine(bytes, begin, end);
  }

  /** What is thrown stands on a line of its own behind the one that tells of it. */
  #beginsTraceOfLine(bytes: Uint8Array, begin: number, end: number): boolean {
    if (goroutine.at(bytes, begin, end) >= 0) {
      this.#trace = 'go';
      return true;
    }
    if (this.level < warn) return false;
    if (traces.python.at(bytes, begin, end) >= 0) {
      this.#trace = 'python';
      return true;
    }
    return this.level >= error && isExceptionName(bytes, begin, end);
  }

  #goesOnInTrace(bytes: Uint8Array, begin: number, end: number): boolean {
    switch (this.#trace) {
      case 'go':
        return goLine.test(textOf(bytes, begin, end));
      case 'python':
        return traces.python.at(bytes, begin, end) >= 0 || raised.test(textOf(bytes, begin, end));
      default:
        // Since Rust 1.73 the message stands on the line behind the place.
        this.#trace = 'none';
        return bytes[begin] !== ascii.brace;
    }
  }
}
