import type { Millis } from '../../../domain/fault.ts';
import { stableNumber } from '../logs/log-entry.ts';

type RustLevel = 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';

/** Level, target and message, as tracing-subscriber's default writes them; the time in front is the file's business. */
const rustLine = (level: RustLevel, target: string, message: string): string =>
  `${level.padStart(5)} ${target}: ${message}`;

/** So often a service writes of a request or of itself. */
const rustLogIntervalMs: Millis = 2000;

const talk: readonly (readonly [RustLevel, string, string])[] = [
  ['DEBUG', '::store::redis', 'pipeline flushed commands=12 elapsed_us=840'],
  ['INFO', '::fanout', 'delivered subscription=orders events=38 lag_ms=14'],
  ['WARN', '::routes::events', 'slow consumer, events are held back subscription=audit queued=412'],
  ['DEBUG', '::auth', 'token cache hit subject=svc-orders'],
  ['INFO', '::metrics', 'tick rss_bytes=61865984 connections=41'],
];
const talkEvery = 5;

/** What is written at a moment when all is well, at a level; always the same for the same moment. */
const rustMessageAt = (of: string, target: string, at: Millis, level: 'info' | 'debug'): string => {
  const step = Math.floor(at / rustLogIntervalMs);
  const key = `${of}/${step}`;
  const said = talk[stableNumber(key, talk.length)];
  const isTold = said !== undefined && (said[0] !== 'DEBUG' || level === 'debug');
  if (step % talkEvery === 0 && isTold) return rustLine(said[0], `${target}${said[1]}`, said[2]);
  const isWrite = stableNumber(`${key}/write`, 10) < 3;
  const span = `request{method=${isWrite ? 'POST' : 'GET'} path=/api/v1/events status=${isWrite ? 202 : 200} latency_ms=${2 + stableNumber(key, 9)}}`;
  return rustLine('INFO', target, span);
};

/** What a panic leaves on the standard error. Source: Rust 1.89, std::panicking, RUST_BACKTRACE=1. */
const rustPanicLines = (at: string, message: string, target: string): readonly string[] => [
  `thread 'tokio-runtime-worker' panicked at ${at}:`,
  message,
  'stack backtrace:',
  '   0: __rustc::rust_begin_unwind',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/std/src/panicking.rs:697:5',
  '   1: core::panicking::panic_fmt',
  '             at /rustc/29483883eed69d5fb4db01964cdf2af4d86e9cb2/library/core/src/panicking.rs:75:14',
  '   2: core::option::unwrap_failed',
  `   3: ${target}::routes::events::publish::{{closure}}`,
  `             at ./${at}`,
  '   4: tokio::runtime::task::raw::poll',
  'note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.',
];

/** A line of a file or of the journal. */
export interface HostLogLine {
  /** Its place among all that were ever written. */
  readonly number: number;
  /** Model time. */
  readonly at: Millis;
  readonly text: string;
  /** Of the journal: whose line it is. */
  readonly unit?: string;
  readonly pid?: number;
  /** As syslog has it: 3 error, 6 info. */
  readonly priority?: number;
}

const most = 2000;

/** What was written, as far back as it is kept. */
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

/** One file of a log: what is written to now, or what it was rotated to. */
export interface LogFileSegment {
  /** What its name has behind that of the log: '', '.1', '.2.gz'. */
  readonly ending: string;
  /** Keeps it through every rotation but packing. */
  readonly inode: number;
  readonly lines: readonly HostLogLine[];
}

/** logrotate's size and rotate: so many lines, so many files beside the one that is written to. */
const linesPerFile = 1000;
const keptFiles = 2;
const endings = ['', '.1', '.2.gz'];
const firstInode = 131_073;

/** A log file that is rotated by renaming, the second one packed. */
export class RotatedLogFile {
  #files: readonly { readonly inode: number; readonly lines: HostLogLine[] }[] = [
    { inode: firstInode, lines: [] },
  ];
  #nextInode = firstInode + 1;
  #nextLine = 1;

  /** Of what is written to now. */
  get lines(): readonly HostLogLine[] {
    return this.#files[0]?.lines ?? [];
  }

  /** The newest first. */
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

/** So many lines are older than the world: more than an hour of them. */
const pastLines = 2500;
/** Of what the service writes, one line in so many goes to the journal, too: its standard output. */
const journalled = 3;

/** How much a service tells: RUST_LOG of what it was started with, as tracing-subscriber's EnvFilter reads it. */
export const rustLogLevel = ({ RUST_LOG = 'info' }: Readonly<Record<string, string>>): 'info' | 'debug' =>
  /\b(debug|trace)\b/.test(RUST_LOG) ? 'debug' : 'info';

/** Whose log it is. */
interface Writer {
  readonly key: string;
  readonly unit: string;
  /** The module that its lines name. */
  readonly target: string;
}

/** What a unit writes to its file and to the journal. Times are the model's. */
export class UnitLog {
  readonly #file = new RotatedLogFile();
  /** Not read yet: a line is made once the file is read. */
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

  /** Fills the file with what was written before. */
  remember(now: Millis): void {
    for (let back = pastLines; back > 0; back -= 1) {
      const at = now - back * rustLogIntervalMs;
      this.#unread.push({ at, text: () => this.#said(at, 'info') });
    }
  }

  /** A line of what it does, every now and then; `pid`: of its process. */
  work(at: Millis, pid: number | undefined): void {
    if (at - this.#workedAt < rustLogIntervalMs) return;
    this.#workedAt = at;
    if (pid === undefined) return;
    const text = this.#said(at, this.level);
    if (this.level === 'debug') this.write(at, 'DEBUG', 'checked out a connection: 1 of 8 in use');
    this.#put(at, () => text);
    if (Math.floor(at / rustLogIntervalMs) % journalled === 0)
      this.say(at, pid, text, text.startsWith(' WARN') ? 4 : 6);
  }

  /** A line of its own log, in the manner of Rust's tracing-subscriber, without the time before it. */
  write(at: Millis, level: RustLevel, message: string): void {
    this.#put(at, () => rustLine(level, this.#writer.target, message));
  }

  panic(now: Millis, pid: number, { at, message }: { readonly at: string; readonly message: string }): void {
    this.write(now, 'ERROR', `panicked at ${at}: ${message}`);
    for (const line of rustPanicLines(at, message, this.#writer.target)) this.say(now, pid, line, 3);
  }

  /** What the service says on its standard error goes to the journal. */
  say(at: Millis, pid: number | undefined, text: string, priority: number): void {
    const { unit } = this.#writer;
    this.journal.write({ at, text, unit, priority, ...(pid === undefined ? {} : { pid }) });
  }

  /** What systemd says of the unit. */
  tell(at: Millis, text: string): void {
    this.say(at, 1, text, 6);
  }

  #put(at: Millis, text: () => string): void {
    this.#unread.push({ at, text });
    if (this.#unread.length > 2 * pastLines) void this.file;
  }

  #said(at: Millis, level: 'info' | 'debug'): string {
    return rustMessageAt(this.#writer.key, this.#writer.target, at, level);
  }
}
