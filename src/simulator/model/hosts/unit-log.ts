import type { Millis } from '../../../domain/fault.ts';
import { type RustLevel, rustEveryMs, rustLine, rustPanic, rustSaid } from '../logs/rust-lines.ts';
import { FileBook } from './file-book.ts';
import { LogBook } from './log-book.ts';

/** So many lines are older than the world: more than an hour of them. */
const pastLines = 2500;
/** Of what the service writes, one line in so many goes to the journal, too: its standard output. */
const journalled = 3;

/** How much a service tells: RUST_LOG of what it was started with, as tracing-subscriber's EnvFilter reads it. */
export const levelIn = ({ RUST_LOG = 'info' }: Readonly<Record<string, string>>): 'info' | 'debug' =>
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
  readonly #file = new FileBook();
  /** Not read yet: a line is made once the file is read. */
  #unread: { readonly at: Millis; readonly text: () => string }[] = [];
  readonly journal = new LogBook();
  level: 'info' | 'debug' = 'info';
  readonly #writer: Writer;
  #workedAt: Millis;

  constructor(writer: Writer, now: Millis) {
    this.#writer = writer;
    this.#workedAt = now;
  }

  get file(): FileBook {
    const unread = this.#unread;
    this.#unread = [];
    for (const { at, text } of unread) this.#file.write({ at, text: text() });
    return this.#file;
  }

  /** Fills the file with what was written before. */
  remember(now: Millis): void {
    for (let back = pastLines; back > 0; back -= 1) {
      const at = now - back * rustEveryMs;
      this.#unread.push({ at, text: () => this.#said(at, 'info') });
    }
  }

  /** A line of what it does, every now and then; `pid`: of its process. */
  work(at: Millis, pid: number | undefined): void {
    if (at - this.#workedAt < rustEveryMs) return;
    this.#workedAt = at;
    if (pid === undefined) return;
    const text = this.#said(at, this.level);
    if (this.level === 'debug') this.write(at, 'DEBUG', 'checked out a connection: 1 of 8 in use');
    this.#put(at, () => text);
    if (Math.floor(at / rustEveryMs) % journalled === 0)
      this.say(at, pid, text, text.startsWith(' WARN') ? 4 : 6);
  }

  /** A line of its own log, in the manner of Rust's tracing-subscriber, without the time before it. */
  write(at: Millis, level: RustLevel, message: string): void {
    this.#put(at, () => rustLine(level, this.#writer.target, message));
  }

  panic(now: Millis, pid: number, { at, message }: { readonly at: string; readonly message: string }): void {
    this.write(now, 'ERROR', `panicked at ${at}: ${message}`);
    for (const line of rustPanic(at, message, this.#writer.target)) this.say(now, pid, line, 3);
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
    return rustSaid(this.#writer.key, this.#writer.target, at, level);
  }
}
