import type { FaultKind, Millis } from '../domain/fault.ts';

/** Time as opsdeck sees it: `now` never goes back and never jumps, so ages and deadlines can be told by it. */
export interface Clock {
  /** Ms since the epoch on a steady clock: the wall clock at the start plus what has passed since. */
  now(): Millis;
  /** What to add to `now()` for the wall clock (0 until somebody sets the machine's clock). */
  wallOffset(): Millis;
  /** Resolves after `ms`, or as soon as the signal aborts; never rejects. */
  sleep(ms: Millis, signal?: AbortSignal): Promise<void>;
  /** Aborts with a TimeoutError DOMException after `ms`; `clear` gives the timer back. */
  deadline(ms: Millis): { readonly signal: AbortSignal; clear(): void };
  /** Calls `tick` every `ms`, aligned so that all tickers of a process fall together; returns how to stop it. */
  every(ms: Millis, tick: () => void): () => void;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 8 MiB. A longer answer is a `malformed` WireError that says so. */
  readonly maxBytes?: number;
  /** Default 5, same origin only; 0: the redirect itself is the answer. */
  readonly maxRedirects?: number;
  readonly tls?: TlsOptions;
}

export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: boolean;
  readonly serverName?: string;
}

/** An answer, whatever its status. Text has been stripped of control sequences. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** Ms from sending to the last byte, measured here. */
  readonly latencyMs: number;
  readonly url: string;
  /** The body as JSON with every string stripped; throws a `malformed` WireError that says what came instead. */
  json(): unknown;
}

/** A connection that failed, in the trade's words. Thrown by `io`, turned into a Fault at the edge of a source. */
export class WireError extends Error {
  readonly kind: FaultKind;
  readonly retryAfterMs: number | undefined;
  constructor(kind: FaultKind, message: string, retryAfterMs?: number) {
    super(message);
    this.name = 'WireError';
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A program that could not be started or was not let run to its end; holds what it had said until then. */
export class ProgramError extends WireError {
  readonly out: string;
  readonly err: string;
  readonly remedy: string | undefined;
  constructor(
    kind: FaultKind,
    message: string,
    said: { readonly out?: string; readonly err?: string; readonly remedy?: string } = {},
  ) {
    super(kind, message);
    this.name = 'ProgramError';
    this.out = said.out ?? '';
    this.err = said.err ?? '';
    this.remedy = said.remedy;
  }
}

export interface TlsPeer {
  /** When the certificate ends. */
  readonly validTo: Millis;
  readonly subject: string;
  readonly issuer: string;
  readonly authorized: boolean;
  readonly reason: string;
  readonly latencyMs: number;
}

/** A question that is too long for an address: its fields go as an HTML form in the body. */
interface Question {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
  readonly tls?: TlsOptions;
  /** Default 8 MiB. A longer answer is a `malformed` WireError that says so. */
  readonly maxBytes?: number;
}

/** A program to start: an argv, never a text for a shell. */
export interface Program {
  readonly argv: readonly string[];
  /** Absolute. Default: our own. */
  readonly cwd?: string;
  /** Beside PATH, HOME, LANG, LC_* and TZ; nothing else of our own environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is kept of each of its two outputs. Default 1 MiB. */
  readonly maxBytes?: number;
}

/** How a program ended and what it had said, as text without control sequences (UTF-8; U+FFFD for what is none). */
export interface ProgramEnd {
  /** Its exit status; absent when a signal ended it. */
  readonly status?: number;
  /** 'SIGSEGV', when a signal ended it. */
  readonly signal?: string;
  readonly out: string;
  readonly err: string;
  /** `out` as it is, for a parser that strips what it makes of it. */
  readonly raw: string;
  /** True: it said more than was kept. */
  readonly cut: boolean;
  /** Ms from starting it to its end. */
  readonly latencyMs: number;
}

export type ProgramEvent =
  /** A line of either output, as soon as it is whole. */
  { readonly is: 'line'; readonly text: string } | { readonly is: 'ended'; readonly end: ProgramEnd };

/** What is at a path, links followed. */
export interface FileStat {
  readonly path: string;
  /** 'other': a FIFO, a socket or a device. Such a thing is never opened. */
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  /** True: somebody may execute it. */
  readonly runnable: boolean;
  /** When it was last written, by the machine's wall clock. */
  readonly writtenAt: Millis;
  /** Tells it from another file that gets the same name. */
  readonly id: string;
}

/** Which part of a file is read: its first or last bytes, or what follows an offset. */
export interface FilePart {
  readonly from: 'head' | 'tail' | number;
  readonly maxBytes: number;
}

/** A part of a file as text: UTF-8 without byte order mark, lines ended by \n. */
export interface FileText extends FileStat {
  /** As it is: a parser strips what it makes of it (`io/sanitize`); before it, a control sequence could swallow a delimiter. */
  readonly raw: string;
  /** Where the part begins and ends in the file, in bytes. */
  readonly begin: number;
  readonly end: number;
  /** Behind the last line break of the part, in bytes of the file; `begin` when it has none. */
  readonly linesEnd: number;
  /** True: this is all of the file. */
  readonly whole: boolean;
}

/** The reading half of a file system, as sources see it. All throw WireError (missing, denied, malformed) and honour the signal. */
export interface ReadFiles {
  /** Absolute paths of the files and directories that a glob (*, ?, [a-z], {a,b}, **) matches, sorted; [] when there are none. */
  list(glob: string, signal: AbortSignal): Promise<readonly string[]>;
  stat(path: string, signal: AbortSignal): Promise<FileStat>;
  /** Refuses what is no regular file, and what is no UTF-8 text. */
  read(path: string, part: FilePart, signal: AbortSignal): Promise<FileText>;
}

/** The reading door: nothing reachable through it changes the outside. */
export interface ReadIo {
  readonly clock: Clock;
  /** GET and HEAD only. Throws WireError. The signal ends the request and closes its socket at once. */
  get(
    request: Omit<HttpRequest, 'method' | 'body'> & { method?: 'GET' | 'HEAD' },
    signal: AbortSignal,
  ): Promise<HttpAnswer>;
  /**
   * A declared read that needs a POST (PromQL of more than 2 KB): the only POST that this door makes, always a form,
   * redirects not followed. Only for endpoints whose documentation says that the POST reads. Throws WireError.
   */
  ask(question: Question, signal: AbortSignal): Promise<HttpAnswer>;
  /** Connects and closes again. Throws WireError. */
  tcp(host: string, port: number, signal: AbortSignal): Promise<{ readonly latencyMs: number }>;
  /** Shakes hands and closes again; an untrusted certificate is an answer, not an error. Throws WireError. */
  tls(host: string, port: number, signal: AbortSignal, options?: TlsOptions): Promise<TlsPeer>;
  readonly files: ReadFiles;
  /**
   * Starts a program that the profile's author has declared to be reading, and waits for its end. Whatever it leaves
   * running is ended. Throws ProgramError when it cannot be started, does not end in time or says far too much.
   */
  run(program: Program, signal: AbortSignal): Promise<ProgramEnd>;
  /** Ends every connection that this io holds open, and every program that it has started. */
  close(): Promise<void>;
}

/**
 * The changing door. Only `engine/executor` is given one, and lends it to one operation for one confirmed plan;
 * after `act` has ended, the lease is over and every call throws.
 */
export interface ChangeIo {
  readonly clock: Clock;
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Starts a program; its lines as they come, then its end. What it leaves running stays. When the signal aborts, its
   * whole process group is ended before this throws a ProgramError.
   */
  run(program: Program, signal: AbortSignal): AsyncIterable<ProgramEvent>;
}
