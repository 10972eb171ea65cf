import { rmSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stripControls } from '../../domain/text/controls.ts';
import { formatShellCommand, splitCommandLine } from '../../domain/text/shell-words.ts';
import { saveNewFile } from '../files/save-file.ts';
import type { TerminalProgramResult } from '../processes/run-in-terminal.ts';

/** A text or a file for a program of the user. */
export type ExternalDocument =
  | {
      readonly with: 'editor' | 'pager';
      /** Name of the temporary file; its extension selects the syntax colors. */
      readonly name: string;
      /** Already masked by the caller. */
      readonly text: string | Iterable<string>;
    }
  | { readonly with: 'editor'; readonly file: string /** 1-based. */; readonly line: number };

/** The end of the program. */
export interface ExternalDocumentResult extends TerminalProgramResult {
  /** The program with its arguments: 'code --wait'; 'EDITOR' if it could not be parsed. */
  readonly program: string;
  /** True: the user changed the temporary copy, and the changes are gone. */
  readonly discarded?: boolean;
}

interface DocumentParts {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Runs a program that owns the terminal; never rejects. */
  run(argv: readonly string[]): Promise<TerminalProgramResult>;
  /** Parent of the private directory; default: the directory for temporary files. */
  readonly tempDir?: string;
}

/** Variables in the order of their precedence (environ(7)), and the default of most systems. */
const programs = {
  editor: { variables: ['VISUAL', 'EDITOR'], usual: 'vi' },
  pager: { variables: ['PAGER'], usual: 'less' },
} as const;

/** Editors and pagers that take `+LINE FILE`, and those that take `FILE:LINE`. */
const plusLine = new Set(
  'vi vim nvim view vimx gvim ex nano pico emacs emacsclient micro kak joe jed mg ne mcedit less'.split(' '),
);
const colonLine = new Set('hx helix subl zed'.split(' '));
const codeLike = new Set('code codium cursor code-insiders'.split(' '));

/** The arguments that open a file at a line; only the file for an unknown editor. */
export const fileArguments = (program: string, file: string, line: number): readonly string[] => {
  const name = basename(program).replace(/\.exe$/i, '');
  if (plusLine.has(name)) return [`+${line}`, file];
  if (colonLine.has(name)) return [`${file}:${line}`];
  return codeLike.has(name) ? ['--goto', `${file}:${line}`] : [file];
};

/** The program of the user, and the variable that names it. */
const programOf = (
  env: DocumentParts['env'],
  which: ExternalDocument['with'],
): { readonly argv: readonly string[] | undefined; readonly variable: string } => {
  const { variables, usual } = programs[which];
  const variable = variables.find((name) => (env[name] ?? '').trim() !== '');
  const argv = splitCommandLine(env[variable ?? ''] ?? usual);
  return {
    argv: argv?.[0] === '' ? undefined : argv,
    variable: variable ?? variables[variables.length - 1] ?? '',
  };
};

/** Strips control characters of a text in chunks that end at line ends. */
function* stripped(text: Iterable<string>): Generator<string> {
  for (const chunk of text) yield stripControls(chunk);
}

const modifiedAt = (path: string): Promise<number | undefined> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );

/**
 * Opens a document in the user's editor ($VISUAL, $EDITOR, else vi) or pager ($PAGER, else less), without a shell. A text
 * is given as a file (0600) in a private directory (0700), which is removed when the program ends, also with everything
 * that the editor wrote there. Never rejects.
 */
export const openExternalDocument = async (
  { env, run, tempDir = tmpdir() }: DocumentParts,
  document: ExternalDocument,
): Promise<ExternalDocumentResult> => {
  const { argv, variable } = programOf(env, document.with);
  const [program = ''] = argv ?? [];
  if (argv === undefined || program === '')
    return {
      program: variable,
      trouble: `${variable} has an unbalanced quote or names no program. Write a program with arguments`,
    };
  const shown = formatShellCommand(argv);
  const explained = (end: TerminalProgramResult): ExternalDocumentResult => ({
    program: shown,
    ...end,
    ...(end.trouble === undefined ? {} : { trouble: `${end.trouble}. Set ${variable}.` }),
  });
  if ('file' in document)
    // An absolute path is no option of the program, whatever its name.
    return explained(await run([...argv, ...fileArguments(program, resolve(document.file), document.line)]));

  let dir: string;
  try {
    dir = await mkdtemp(join(resolve(tempDir), 'opsdeck-text-'));
  } catch (error) {
    return { program: shown, trouble: `cannot create a temporary directory in ${tempDir}: ${String(error)}` };
  }
  // A signal may end the process while the program runs.
  const removeNow = (): void => rmSync(dir, { recursive: true, force: true });
  process.once('exit', removeNow);
  try {
    const { text } = document;
    const saved = await saveNewFile(dir, document.name, stripped(typeof text === 'string' ? [text] : text));
    if ('why' in saved) return { program: shown, trouble: saved.why };
    const before = await modifiedAt(saved.path);
    const end = await run([...argv, saved.path]);
    const isChanged = (await modifiedAt(saved.path)) !== before;
    return { ...explained(end), ...(isChanged ? { discarded: true } : {}) };
  } finally {
    process.off('exit', removeNow);
    await rm(dir, { recursive: true, force: true }).catch(() => {});
  }
};
