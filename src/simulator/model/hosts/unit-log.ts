import { defined } from '../../../domain/base/defined.ts';
import type { Millis } from '../../../domain/base/fault.ts';
import { stableNumber } from '../spec/log-entry.ts';

type RustLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Level, target and message in the default format of tracing-subscriber; the log file adds the time. */
const rustLine = (level: RustLevel, target: string, message: string): string =>
  `${level.padStart(5)} ${target}: ${message}`;

/** Interval between log lines about a request or the service itself. */
const rustLogIntervalMs: Millis = 2000;

const talk: readonly (readonly [RustLevel, string, string])[] = [
  ['DEBUG', '::store::redis', 'pipeline flushed commands=12 elapsed_us=840'],
  ['INFO', '::fanout', 'delivered subscription=orders events=38 lag_ms=14'],
  ['WARN', '::routes::events', 'slow consumer, events are held back subscription=audit queued=412'],
  ['DEBUG', '::auth', 'token cache hit subject=svc-orders'],
  ['INFO', '::metrics', 'tick rss_bytes=61865984 connections=41'],
];
const talkEvery = 5;

/** Deterministic log message of a healthy service at a time, with its level. */
const rustMessageAt = (of: string, target: string, time: Millis, level: 'info' | 'debug'): string => {
  const step = Math.floor(time / rustLogIntervalMs);
  const key = `${of}/${step}`;
  const message = talk[stableNumber(key, talk.length)];
  const isTold = message !== undefined && (message[0] !== 'DEBUG' || level === 'debug');
  if (step % talkEvery === 0 && isTold) return rustLine(message[0], `${target}${message[1]}`, message[2]);
  const isWrite = stableNumber(`${key}/write`, 10) < 3;
  const span = `request{method=${isWrite ? 'POST' : 'GET'} path=/api/v1/events status=${isWrite ? 202 : 200} latency_ms=${2 + stableNumber(key, 9)}}`;
  return rustLine('INFO', target, span);
};

/** Output of a panic on stderr. Source: Rust 1.89, std::panicking, RUST_BACKTRACE=1. */
const rustPanicLines = (place: string, message: string, target: string): readonly string[] => [
  `thread 'tokio-runtime-worker' panicked at ${place}:`,
  message,
  'stack backtrace:',
  '   0: __rustc::rust_begin_unwind',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/std/src/panicking.rs:697:5',
  '   1: core::panicking::panic_fmt',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/core/src/panicking.rs:75:14',
  '   2: core::option::unwrap_failed',
  `   3: ${target}::routes::events::publish::{{closure}}`,
  `             at ./${place}`,
  '   4: tokio::runtime::task::raw::poll',
  'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.',
];

/** A line of a file or of the journal. */
export interface HostLogLine {
  /** Sequence number among all lines ever written. */
  readonly number: number;
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
  /** Journal: the identifier of the line. */
  readonly unit?: string;
  readonly pid?: number;
  /** Syslog priority: 3 error, 6 info. */
  readonly priority?: number;
}

const most = 2000;

/** Retained lines. */
export class LogBuffer {
  #lines: HostLogLine[] = [];
  #next = 1;

  get lines(): readonly HostLogLine[] {
    return this.#lines;
  }

  write(line: Omit<HostLogLine, 'number'>): void {
    this.#lines.push({ ...line, number: this.#next });
    this.#next += 1;
    if (this.#lines.length > most) this.#lines = this.#lines.slice(-most);
  }
}

/** A log file: the current or a rotated one. */
export interface LogFileSegment {
  /** Suffix of the file name: '', '.1', '.2.gz'. */
  readonly ending: string;
  /** Preserved by every rotation except compression. */
  readonly inode: number;
  readonly lines: readonly HostLogLine[];
}

/** logrotate's size and rotate: lines per file, and number of rotated files. */
const linesPerFile = 1000;
const keptFiles = 2;
const endings = ['', '.1', '.2.gz'];
const firstInode = 131_073;

/** A log file that is rotated by renaming; the second rotated file is compressed. */
export class RotatedLogFile {
  #files: readonly { readonly inode: number; readonly lines: HostLogLine[] }[] = [
    { inode: firstInode, lines: [] },
  ];
  #nextInode = firstInode + 1;
  #nextLine = 1;

  /** Lines of the current file. */
  get lines(): readonly HostLogLine[] {
    return this.#files[0]?.lines ?? [];
  }

  /** Newest first. */
  get files(): readonly LogFileSegment[] {
    return this.#files.map((file, index) => ({ ...file, ending: endings[index] ?? '' }));
  }

  write(line: Omit<HostLogLine, 'number'>): void {
    if (this.lines.length >= linesPerFile) this.rotate();
    this.#files[0]?.lines.push({ ...line, number: this.#nextLine });
    this.#nextLine += 1;
  }

  /** `logrotate -f` */
  rotate(): void {
    const [now, before] = this.#files;
    const packed = before === undefined ? [] : [{ inode: this.#inode(), lines: before.lines }];
    const kept = [...(now === undefined ? [] : [now]), ...packed].slice(0, keptFiles);
    this.#files = [{ inode: this.#inode(), lines: [] }, ...kept];
  }

  #inode(): number {
    this.#nextInode += 1;
    return this.#nextInode - 1;
  }
}

/** Number of lines from before the start: more than an hour. */
const pastLines = 2500;
/** One in this many of the service's lines also goes to the journal, as its stdout. */
const journalled = 3;

/** Log level of the service from the RUST_LOG of its environment, as in tracing-subscriber's EnvFilter. */
export const rustLogLevel = ({ RUST_LOG = 'info' }: Readonly<Record<string, string>>): 'info' | 'debug' =>
  /\b(debug|trace)\b/.test(RUST_LOG) ? 'debug' : 'info';

/** The logged service. */
interface Writer {
  readonly key: string;
  readonly unit: string;
  /** Module in the lines. */
  readonly target: string;
}

/** Log of a unit, in its file and the journal. Times are model times. */
export class UnitLog {
  readonly #file = new RotatedLogFile();
  /** Pending lines, which are rendered when the file is read. */
  #unread: { readonly at: Millis; readonly text: () => string }[] = [];
  readonly journal = new LogBuffer();
  level: 'info' | 'debug' = 'info';
  readonly #writer: Writer;
  #workedAt: Millis;

  constructor(writer: Writer, now: Millis) {
    this.#writer = writer;
    this.#workedAt = now;
  }

  get file(): RotatedLogFile {
    const unread = this.#unread;
    this.#unread = [];
    for (const { at, text } of unread) this.#file.write({ at, text: text() });
    return this.#file;
  }

  /** Fills the file with lines from before the start. */
  remember(now: Millis): void {
    for (let back = pastLines; back > 0; back -= 1) {
      const time = now - back * rustLogIntervalMs;
      this.#unread.push({ at: time, text: () => this.#said(time, 'info') });
    }
  }

  /** Occasional line about the service's work; `pid`: of its process. */
  work(time: Millis, pid: number | undefined): void {
    if (time - this.#workedAt < rustLogIntervalMs) return;
    this.#workedAt = time;
    if (pid === undefined) return;
    const text = this.#said(time, this.level);
    if (this.level === 'debug') this.write(time, 'DEBUG', 'checked out a connection: 1 of 8 in use');
    this.#put(time, () => text);
    if (Math.floor(time / rustLogIntervalMs) % journalled === 0)
      this.say(time, pid, text, text.startsWith(' WARN') ? 4 : 6);
  }

  /** A line of the service's own log in the format of Rust's tracing-subscriber, without the time. */
  write(time: Millis, level: RustLevel, message: string): void {
    this.#put(time, () => rustLine(level, this.#writer.target, message));
  }

  panic(now: Millis, pid: number, { at, message }: { readonly at: string; readonly message: string }): void {
    this.write(now, 'ERROR', `panicked at ${at}: ${message}`);
    for (const line of rustPanicLines(at, message, this.#writer.target)) this.say(now, pid, line, 3);
  }

  /** The service's stderr goes to the journal. */
  say(time: Millis, pid: number | undefined, text: string, priority: number): void {
    const { unit } = this.#writer;
    this.journal.write({ at: time, text, unit, priority, ...defined({ pid }) });
  }

  /** systemd's messages about the unit. */
  append(time: Millis, text: string): void {
    this.say(time, 1, text, 6);
  }

  #put(time: Millis, text: () => string): void {
    this.#unread.push({ at: time, text });
    if (this.#unread.length > 2 * pastLines) void this.file;
  }

  #said(time: Millis, level: 'info' | 'debug'): string {
    return rustMessageAt(this.#writer.key, this.#writer.target, time, level);
  }
}
