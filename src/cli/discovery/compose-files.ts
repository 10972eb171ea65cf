import { delimiter, dirname, join, relative, resolve } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Files } from '../../platform/files/local-files.ts';
import type { ProcessEnv } from '../command/process-env.ts';
import type { ComposeFile } from './compose-model.ts';
import { type ComposeVariables, composeVariables, type EnvFile, variableLabel } from './compose-variables.ts';

/** In the order in which Compose looks for them. Source: compose-go, cli, DefaultFileNames. */
export const composeNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

/** Source: compose-go, cli, DefaultOverrideFileNames. */
const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** The Compose files that Compose reads, in the order of their merge. */
export interface ComposeSelection {
  readonly files: readonly ComposeFile[];
  /** The directory of the first file. */
  readonly projectDir: string;
  readonly variables: ComposeVariables;
  /** The variable that names the files, with its place; undefined if they have standard names. */
  readonly variable?: string;
}

/** Reads files by paths relative to a directory, which messages show. */
const readerIn =
  (files: Files, dir: string) =>
  async (name: string): Promise<ComposeFile | undefined> => {
    const text = await files.read(resolve(dir, name)).catch((error: unknown) => {
      throw new Error(`${name}: ${errorMessage(error)}`);
    });
    return text === undefined ? undefined : { name, text };
  };

type Reader = ReturnType<typeof readerIn>;

const required = async (read: Reader, name: string, variable: string): Promise<ComposeFile> => {
  const file = await read(name);
  if (file !== undefined) return file;
  const hint = name.trim() === name ? '' : '. Remove the space in the list';
  throw new Error(`${variable}: ${name}: file not found${hint}`);
};

const trueValues: ReadonlySet<string> = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falseValues: ReadonlySet<string> = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False']);

/** Whether .env is read. Source: Compose documentation, COMPOSE_DISABLE_ENV_FILE. */
const readsDotenv = ({ COMPOSE_DISABLE_ENV_FILE: disabled }: ProcessEnv): boolean => {
  if (disabled === undefined || falseValues.has(disabled)) return true;
  if (trueValues.has(disabled)) return false;
  throw new Error('COMPOSE_DISABLE_ENV_FILE is not true or false. Set true or false, as Compose requires');
};

/** The first file of a list of names that exists. */
const firstOf = async (names: readonly string[], read: Reader): Promise<ComposeFile | undefined> => {
  for (const name of names) {
    const file = await read(name);
    if (file !== undefined) return file;
  }
  return undefined;
};

/** The file with a standard name in the nearest directory, and the override file beside it. */
const standardFiles = async (dir: string, read: Reader): Promise<readonly ComposeFile[]> => {
  for (let path = resolve(dir); ; path = dirname(path)) {
    const below = relative(dir, path);
    const file = await firstOf(
      composeNames.map((name) => join(below, name)),
      read,
    );
    if (file !== undefined) {
      const override = await firstOf(
        overrideNames.map((name) => join(below, name)),
        read,
      );
      return override === undefined ? [file] : [file, override];
    }
    if (dirname(path) === path) return [];
  }
};

/** The files of COMPOSE_FILE; undefined if it is not set. */
const listedFiles = async (
  read: Reader,
  variables: ComposeVariables,
): Promise<readonly ComposeFile[] | undefined> => {
  const listed = variables.value('COMPOSE_FILE');
  if (listed === undefined) return undefined;
  const variable = variableLabel('COMPOSE_FILE', variables);
  const names = listed.split(variables.value('COMPOSE_PATH_SEPARATOR') || delimiter);
  if (names.includes(''))
    throw new Error(
      `${variable} has an empty path, which Compose refuses. Remove the empty path, or unset the variable`,
    );
  if (names.includes('-'))
    throw new Error(`${variable} is - (standard input), which opsdeck does not read. Set the path of a file`);
  return await Promise.all(names.map((name) => required(read, name, variable)));
};

/**
 * Selects the files that Compose reads in a directory: those of COMPOSE_FILE, else the standard file of the directory or the
 * nearest one above it, with its override file. Variables are those of the shell, then of COMPOSE_ENV_FILES, or else of .env
 * here, then of .env beside the first file. Resolves to undefined without a file; throws the reason for which Compose reads
 * none. Source: Compose documentation, Pre-defined environment variables; compose-go, cli, ProjectOptions.
 */
export const composeSelection = async (
  files: Files,
  shell: ProcessEnv,
  dir: string,
): Promise<ComposeSelection | undefined> => {
  const read = readerIn(files, dir);
  const envNames = (shell.COMPOSE_ENV_FILES ?? '').split(',').filter((name) => name !== '');
  const dotenv = async (below: string): Promise<readonly EnvFile[]> => {
    const file = envNames.length === 0 && readsDotenv(shell) ? await read(join(below, '.env')) : undefined;
    return file === undefined ? [] : [file];
  };
  const first =
    envNames.length === 0
      ? await dotenv('')
      : await Promise.all(envNames.map((name) => required(read, name, 'COMPOSE_ENV_FILES')));
  const variables = composeVariables(shell, [first]);
  const listed = await listedFiles(read, variables);
  const selected = listed ?? (await standardFiles(dir, read));
  const [main] = selected;
  if (main === undefined) return undefined;
  const projectDir = dirname(resolve(dir, main.name));
  const place = variables.place('COMPOSE_FILE');
  return {
    files: selected,
    projectDir,
    variables:
      projectDir === resolve(dir)
        ? variables
        : composeVariables(shell, [first, await dotenv(relative(dir, projectDir))]),
    ...(listed !== undefined && {
      variable: ['COMPOSE_FILE', ...(place === undefined ? [] : [place])].join(', '),
    }),
  };
};
