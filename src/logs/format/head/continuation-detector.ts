import { levelCode } from '../../../domain/facts/log-level.ts';
import {
  ascii,
  asciiBytes,
  isBlankByte,
  isDigitByte,
  prefixTable,
  skipBlanks,
  startsWithAt,
} from './ascii.ts';
import type { HeadScan } from './head-scan.ts';
import { isExceptionName, isRubyException } from './level-words.ts';

const warn = levelCode('warn');
const error = levelCode('error');

const traces = {
  python: prefixTable(['Traceback (most recent call last)', '  + Exception Group Traceback']),
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
const raised = /^(?:[A-Za-z_][\w.]*: |(?:[A-Za-z_]\w*\.)*[A-Z]\w*:?$)/;

/** Indentation typical of stack traces: 'at f(…)', '... 14 more', 'File "x"', '  0: …'. */
const indentedTrace = /^\s+(?:at \S|\.\.\. |File "|\d+: |Caused by: |Suppressed: |- locked |\S+\.go:\d+)/;

const maxTextBytes = 200;
const decoder = new TextDecoder('latin1');

const textOf = (bytes: Uint8Array, begin: number, end: number): string =>
  decoder.decode(bytes.subarray(begin, Math.min(end, begin + maxTextBytes))).trimEnd();

const nodeVersion = asciiBytes('Node.js v');

const isEmpty = (bytes: Uint8Array, begin: number, end: number): boolean => {
  const index = skipBlanks(bytes, begin, end);
  return index === end || bytes[index] === 13;
};

/** Maximum of the counter of lines with a time; lines without one decrease it. */
const maxTimedLines = 16;

/**
 * A record whose lines are recognized by its head: stacks of Go, Rust and Python; 'indented' goes on while lines are indented, 'block'
 * until an empty line, 'object' until a closing brace, 'crash' until Node.js names its version, 'query' until the next slow query,
 * 'java' with the second line of java.util.logging.
 */
type Trace = 'none' | 'go' | 'rust' | 'python' | 'indented' | 'block' | 'object' | 'crash' | 'query' | 'java';

/** Heads of .NET's console, followed by indented lines. */
const consoleHeads = prefixTable(['trce: ', 'dbug: ', 'info: ', 'warn: ', 'fail: ', 'crit: ']);
const thrownHeads = prefixTable(['Unhandled exception. ', 'Exception in thread "']);
const queryHeads = prefixTable(['# Time: ', '# User@Host: ']);
const exportHead = asciiBytes('__CURSOR=');
const reportHead = /^=[A-Z ]+ REPORT==== /;

/** True when the source of an exception that ends the process stands alone on a line, as Node.js prints it: '/app/pay.js:42'. */
export const isCrashSource = (bytes: Uint8Array, begin: number, end: number): boolean =>
  isDigitByte(bytes[end - 1] ?? 0) && /^(?:\/|file:\/\/|node:)\S+:\d+$/.test(textOf(bytes, begin, end));

/** The message of such a line goes on below: it announces a list, or there is none behind the time. */
const announces = (scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean => {
  let last = end - 1;
  while (last > begin && isBlankByte(bytes[last] ?? 0)) last--;
  return bytes[last] === ascii.colon || last < scan.timeTo;
};

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

/** Returns the kind of a record by a head that is followed by lines without a time, whatever the stream wrote before. */
const headOf = (bytes: Uint8Array, begin: number, end: number): Trace => {
  if (isExceptionName(bytes, begin, end) || thrownHeads.at(bytes, begin, end) >= 0) return 'indented';
  switch (bytes[begin]) {
    case ascii.equals:
      return reportHead.test(textOf(bytes, begin, end)) ? 'block' : 'none';
    case 95:
      return startsWithAt(bytes, begin, end, exportHead) ? 'block' : 'none';
    case 35:
      return queryHeads.at(bytes, begin, end) >= 0 ? 'query' : 'none';
    case ascii.open:
    case ascii.brace:
      return end - begin <= 2 ? 'object' : 'none';
    default:
  }
  const last = bytes[end - 1] ?? 0;
  if (last === ascii.close) return consoleHeads.at(bytes, begin, end) >= 0 ? 'indented' : 'none';
  if (last === ascii.closeRound) return isRubyException(bytes, begin, end) ? 'indented' : 'none';
  return isDigitByte(last) && isCrashSource(bytes, begin, end) ? 'crash' : 'none';
};

/** True when a text begins a stack trace, or a part of one. */
export const beginsTrace = (bytes: Uint8Array, begin: number, end: number): boolean =>
  continuations.at(bytes, begin, end) >= 0 ||
  Object.values(traces).some((table) => table.at(bytes, begin, end) >= 0) ||
  isExceptionName(bytes, begin, end);

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
    this.#isOpen =
      scan.timeTo > 0
        ? (scan.isDetail && this.#seen) || (this.#trace === 'block' && scan.shape === 'logfmt')
        : this.#continues(scan, bytes, begin, end);
    if (this.#isOpen) {
      if (!wasOpen && begin === end) this.#hasParagraphs = true;
      return true;
    }
    this.#seen = true;
    this.#textLines = 0;
    this.level = scan.level;
    this.#timedLines =
      scan.timeTo > 0 ? Math.min(maxTimedLines, this.#timedLines + 1) : Math.max(0, this.#timedLines - 1);
    this.#hasParagraphs = scan.timeTo > 0 && announces(scan, bytes, begin, end);
    this.#trace = this.#begins(scan, bytes, begin, end);
    return false;
  }

  #begins(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): Trace {
    if (scan.timeTo > 0) {
      if (scan.layout === 'java') return 'java';
      const first = bytes[begin] ?? 0;
      return first === ascii.equals || first === 35 || first === 95 ? headOf(bytes, begin, end) : 'none';
    }
    if (scan.shape !== 'text') return 'none';
    if (traces.python.at(bytes, begin, end) >= 0) return 'python';
    if (traces.rust.at(bytes, begin, end) >= 0) return 'rust';
    if (traces.go.at(bytes, begin, end) >= 0) return 'go';
    return headOf(bytes, begin, end);
  }

  #continues(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    if (!this.#seen) return false;
    const first = begin < end ? (bytes[begin] ?? 0) : 13;
    if (this.#trace !== 'none' && this.#continuesBlock(scan, bytes, { begin, end, first })) return true;
    if (scan.shape !== 'text') return false;
    if (isBlankByte(first) || first === 13) {
      this.#textLines = 0;
      if (this.#timedLines > 0 || this.#isOpen || this.#trace !== 'none') return true;
      return isBlankByte(first) && indentedTrace.test(textOf(bytes, begin, end));
    }
    // Node.js ends the output of an error with a brace.
    if (this.#isOpen && first === ascii.endBrace && end - begin <= 2) return true;
    if (continuations.at(bytes, begin, end) >= 0) return true;
    if (this.#trace !== 'none' && this.#continuesTrace(scan, bytes, begin, end)) return true;
    return this.#beginsTraceOfLine(bytes, begin, end) || this.#continuesText(scan, bytes, begin, end);
  }

  /** Lines of a record that has a form of its own. */
  #continuesBlock(
    scan: HeadScan,
    bytes: Uint8Array,
    { begin, end, first }: { readonly begin: number; readonly end: number; readonly first: number },
  ): boolean {
    const isBlank = isBlankByte(first) || first === 13;
    switch (this.#trace) {
      case 'java':
        this.#trace = 'none';
        if (scan.level === 0) return false;
        this.level = scan.level;
        return true;
      case 'object':
        if (!isBlank) this.#trace = 'none';
        return isBlank || first === ascii.endBrace || first === ascii.close;
      case 'block':
        if (isBlank && isEmpty(bytes, begin, end)) this.#trace = 'none';
        if (!isBlank) this.#textLines++;
        return this.#textLines <= maxTextLines;
      case 'query':
        return headOf(bytes, begin, end) !== 'query' || !this.#isOpen;
      case 'crash':
        if (startsWithAt(bytes, begin, end, nodeVersion)) {
          this.#trace = 'none';
          return true;
        }
        return isBlank || first === ascii.endBrace || isExceptionName(bytes, begin, end);
      default:
        return false;
    }
  }

  /**
   * Text without a time and a level, in a stream whose lines have times: the rest of a problem's message, such
   * as the failure report of Spring Boot, or a further paragraph.
   */
  #continuesText(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    if (this.#timedLines === 0 || scan.level > 0) return false;
    if (this.level < warn && !this.#hasParagraphs) return false;
    if (beginsTrace(bytes, begin, end)) return false;
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

  #continuesTrace(scan: HeadScan, bytes: Uint8Array, begin: number, end: number): boolean {
    switch (this.#trace) {
      case 'go':
        return goLine.test(textOf(bytes, begin, end));
      case 'python':
        if (traces.python.at(bytes, begin, end) >= 0) return true;
        // The exception ends the trace; what follows is another line.
        this.#trace = 'none';
        return (
          (scan.level === 0 || isExceptionName(bytes, begin, end)) && raised.test(textOf(bytes, begin, end))
        );
      case 'indented':
        this.#trace = 'none';
        return false;
      default:
        // Since Rust 1.73, the message is on the line after the location.
        this.#trace = 'none';
        return bytes[begin] !== ascii.brace;
    }
  }
}
