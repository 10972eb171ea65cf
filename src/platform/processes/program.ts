/**
 * Quotes one word for a shell: in single quotes, where only the quote is special (POSIX, Shell Command Language,
 * 2.2.2). A backslash is placed outside the quotes, because fish interprets it inside. Also valid for csh, if the
 * word is a single line.
 */
export const shellQuote = (word: string): string => `'${word.replaceAll(/['\\]/g, `'\\$&'`)}'`;

/** Quotes an argv so that a remote login shell splits it into the same argv. */
export const shellQuoteArgv = (argv: readonly string[]): string => argv.map(shellQuote).join(' ');

type Env = Readonly<Record<string, string | undefined>>;

const passedOn = (name: string): boolean =>
  ['PATH', 'HOME', 'LANG', 'TZ'].includes(name) || name.startsWith('LC_');

/** Environment variable that marks every descendant of one run, including processes that leave its group. */
export const runMark = 'OPSDECK_RUN';

/**
 * The environment of a program: PATH, HOME, LANG, LC_* and TZ of opsdeck, the variables of the profile, and the run's
 * mark.
 */
export const programEnv = (
  env: Readonly<Record<string, string>>,
  run: string,
  ownEnv: Env = process.env,
): Record<string, string> => {
  const kept = Object.entries(ownEnv).flatMap(([name, value]) =>
    value !== undefined && passedOn(name) ? [[name, value] as const] : [],
  );
  return { ...Object.fromEntries(kept), ...env, [runMark]: run };
};

/** A program to start: an argv, never a shell command line. */
export interface Program {
  readonly argv: readonly string[];
  /** Absolute path. Default: the working directory of opsdeck. */
  readonly cwd?: string;
  /** Variables besides PATH, HOME, LANG, LC_* and TZ; nothing else of opsdeck's environment is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** Limit for each of its two outputs, in bytes. Default 1 MiB. */
  readonly maxBytes?: number;
  /**
   * The name of the `via:` endpoint that runs it. Absent: this machine, or the first endpoint that carries programs.
   */
  readonly at?: string;
  /** True: the caller needs `ProgramEnd.bytes`. */
  readonly keepsBytes?: true;
  /** The equivalent command line, which names the call in the record of a run. */
  readonly typed?: string;
}

/** The exit of a program and its output, as text without control sequences (UTF-8; U+FFFD for invalid bytes). */
export interface ProgramEnd {
  /** Exit status; absent if a signal killed it. */
  readonly status?: number;
  /** The signal that killed it, such as 'SIGSEGV'. */
  readonly signal?: string;
  readonly out: string;
  readonly err: string;
  /** Unsanitized `out`, for a parser that strips its own result. */
  readonly raw: string;
  /** The bytes of `raw`, for a program with `keepsBytes`. */
  readonly bytes?: Uint8Array;
  /** True: the output exceeded the limit. */
  readonly cut: boolean;
  /** Ms from start to exit. */
  readonly latencyMs: number;
  /** Ms from start to the first byte of `out`; absent if it has none. */
  readonly firstOutputMs?: number;
}

export type ProgramEvent =
  /** A complete line of either output. */
  { readonly is: 'line'; readonly text: string } | { readonly is: 'ended'; readonly end: ProgramEnd };

/** The output of a program as bytes. */
export type ProgramBytes =
  | { readonly is: 'out'; readonly bytes: Uint8Array }
  /** A line of stderr. */
  | { readonly is: 'err'; readonly text: string }
  | { readonly is: 'ended'; readonly end: ProgramEnd };
