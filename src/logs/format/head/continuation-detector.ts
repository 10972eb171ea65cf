import { levelCode } from '../../../domain/facts/log-level.ts';
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

/** Prefixes of lines that are always continuations: JVM, Rust, and Python between two tracebacks. */
const continuations = prefixTable([
  'Caused by: ',
  'Suppressed: ',
  '... ',
  'stack backtrace:',
  'note: run with `RUST_BACKTRACE',
  'note: Some details are omitted',
  'During handling of the above exception',
  'The above exception was the direct cause',
]);

/** Lines of Go stacks: functions with arguments, goroutine creation, signals, program exit. */
const goLine = /^(?:\S+\(.*\)$|created by |goroutine \d|\[signal |exit status |runtime\b|r\d+ |panic\()/;

/** Last line of a Python traceback: the exception. */
const raised = /^[A-Za-z_][\w.]*(?:: |:?$)/;

/** Indentation typical of stack traces: 'at f(…)', '... 14 more', 'File "x"', '  0: …'. */
const indentedTrace = /^\s+(?:at \S|\.\.\. |File "|\d+: |Caused by: |Suppressed: |- locked |\S+\.go:\d+)/;

const maxTextBytes = 200;
const decoder = new TextDecoder('latin1');

const textOf = (bytes: Uint8Array, begin: number, end: number): string =>
  decoder.decode(bytes.subarray(begin, Math.min(end, begin + maxTextBytes))).trimEnd();

/** Maximum of the counter of lines with a time; lines without one decrease it. */
const maxTimedLines = 16;

type Trace = 'none' | 'go' | 'rust' | 'python';

/**
 * Maximum consecutive text lines that join a record without indentation. A longer run is output of a program
 * that writes no times, and must not be folded into one record.
 */
const maxTextLines = 200;

/** True when a line without a time belongs to a stack trace by its text alone: an exception or its cause. */
export const isStackTraceLine = (
  { shape }: Pick<HeadScan, 'shape'>,
  bytes: Uint8Array,
  begin: number,
  end: number,
): boolean =>
  shape === 'text' && (continuations.at(bytes, begin, end) >= 0 || isExceptionName(bytes, begin, end));

/** Detects the lines that continue the previous one, based on the earlier lines of the stream. */
export class ContinuationDetector {
  #timedLines = 0;
  #trace: Trace = 'none';
  /** `levelCode` of the last line that is not a continuation. */
  level = 0;
  #seen = false;
  /** True: the previous line was a continuation. */
  #isOpen = false;
  /** True: a blank line followed the head of the record, so its message has several paragraphs. */
  #hasParagraphs = false;
  #textLines = 0;

  /** True when a line continues the one before it. Call it for every line, in order. */
  isContinuation(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    const wasOpen = this.#isOpen;
    this.#isOpen = scan.timeTo > 0 ? scan.isDetail && this.#seen : this.#continues(scan, bytes, begin, end);
    if (this.#isOpen) {
      if (!wasOpen && begin === end) this.#hasParagraphs = true;
      return true;
    }
    this.#seen = true;
    this.#hasParagraphs = false;
    this.#textLines = 0;
    this.level = scan.level;
    this.#timedLines =
      scan.timeTo > 0 ? Math.min(maxTimedLines, this.#timedLines + 1) : Math.max(0, this.#timedLines - 1);
    if (scan.timeTo > 0 || scan.shape !== 'text') this.#trace = 'none';
    else this.#trace = this.#begins(bytes, begin, end);
    return false;
  }

  #begins(bytes: Uint8Array, begin: number, end: number): Trace {
    if (traces.python.at(bytes, begin, end) >= 0) return 'python';
    if (traces.rust.at(bytes, begin, end) >= 0) return 'rust';
    return traces.go.at(bytes, begin, end) >= 0 ? 'go' : 'none';
  }

  #continues(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    if (!this.#seen || scan.shape !== 'text') return false;
    const first = begin < end ? (bytes[begin] ?? 0) : 13;
    if (isBlankByte(first) || first === 13) {
      if (this.#timedLines > 0 || this.#isOpen || this.#trace !== 'none') return true;
      return isBlankByte(first) && indentedTrace.test(textOf(bytes, begin, end));
    }
    // Node.js ends the output of an error with a brace.
    if (this.#isOpen && first === ascii.endBrace && end - begin <= 2) return true;
    if (continuations.at(bytes, begin, end) >= 0) return true;
    if (this.#trace !== 'none' && this.#continuesTrace(bytes, begin, end)) return true;
    return this.#beginsTraceOfLine(bytes, begin, end) || this.#continuesText(scan, bytes, begin, end);
  }

  /**
   * Text without a time and a level, in a stream whose lines have times: the rest of a problem's message, such
   * as the failure report of Spring Boot, or a further paragraph.
   */
  #continuesText(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    if (this.#timedLines === 0 || scan.level > 0) return false;
    if (this.level < warn && !this.#hasParagraphs) return false;
    if (this.#begins(bytes, begin, end) !== 'none' || isExceptionName(bytes, begin, end)) return false;
    if (++this.#textLines <= maxTextLines) return true;
    this.#timedLines = 0;
    return false;
  }

  /** The exception is on a separate line after the line that reports it. */
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

  #continuesTrace(bytes: Uint8Array, begin: number, end: number): boolean {
    switch (this.#trace) {
      case 'go':
        return goLine.test(textOf(bytes, begin, end));
      case 'python':
        return traces.python.at(bytes, begin, end) >= 0 || raised.test(textOf(bytes, begin, end));
      default:
        // Since Rust 1.73, the message is on the line after the location.
        this.#trace = 'none';
        return bytes[begin] !== ascii.brace;
    }
  }
}
