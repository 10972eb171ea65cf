/**
 * One word for a shell that reads it once: in single quotes, in which nothing has a meaning but the quote itself (POSIX,
 * Shell Command Language, 2.2.2). A backslash stands outside of them, too, since fish gives it a meaning inside. For csh the
 * same, as long as it is one line.
 */
export const shellQuote = (word: string): string => `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** An argv as the text that a remote login shell takes apart into just that argv. */
export const shellQuoteArgv = (argv: readonly string[]): string => argv.map(shellQuote).join(' ');

type Env = Readonly<Record<string, string | undefined>>;

const passedOn = (name: string): boolean =>
  ['PATH', 'HOME', 'LANG', 'TZ'].includes(name) || name.startsWith('LC_');

/** Marks every process that descends from one run, also those that leave its process group. */
export const runMark = 'OPSDECK_RUN';

/** The environment of a program: PATH, HOME, LANG, LC_*, TZ of ours, what the profile gives, and the mark of the run. */
export const programEnv = (
  given: Readonly<Record<string, string>>,
  run: string,
  ours: Env = process.env,
): Record<string, string> => {
  const kept = Object.entries(ours).flatMap(([name, value]) =>
    value !== undefined && passedOn(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), ...given, [runMark]: run };
};

/** A program to start: an argv, never a text for a shell. */
export interface Program {
  readonly argv: readonly string[];
  /** Absolute. Default: our own. */
  readonly cwd?: string;
  /** Beside PATH, HOME, LANG, LC_* and TZ; nothing else of our own environment is passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** What is kept of each of its two outputs. Default 1 MiB. */
  readonly maxBytes?: number;
  /** The end of a `via:` where it is run, by its name. Absent: here, or at the first end of one that carries programs. */
  readonly at?: string;
  /** True: `ProgramEnd.bytes` is wanted. */
  readonly keepsBytes?: true;
  /** The command that a person would type for it: how the call is named in what a run has sent. */
  readonly typed?: string;
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
  /** The bytes of `raw`, for a program that `keepsBytes`. */
  readonly bytes?: Uint8Array;
  /** True: it said more than was kept. */
  readonly cut: boolean;
  /** Ms from starting it to its end. */
  readonly latencyMs: number;
}

export type ProgramEvent =
  /** A line of either output, as soon as it is whole. */
  { readonly is: 'line'; readonly text: string } | { readonly is: 'ended'; readonly end: ProgramEnd };

/** What a program says as bytes, for a reader that counts them. */
export type ProgramBytes =
  | { readonly is: 'out'; readonly bytes: Uint8Array }
  /** A line of its standard error. */
  | { readonly is: 'err'; readonly text: string }
  | { readonly is: 'ended'; readonly end: ProgramEnd };
