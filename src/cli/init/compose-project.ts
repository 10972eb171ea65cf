import { basename } from 'node:path';
import type { ProcessEnv } from '../process-env.ts';
import { type ComposeVariables, interpolate } from './compose-variables.ts';

const nameForm = /^[a-z0-9][a-z0-9_-]*$/;

/** Source: compose-go, loader, NormalizeProjectName. */
const normalized = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

/**
 * The project name that Compose derives: COMPOSE_PROJECT_NAME of the shell, then that of .env, then `name:` of the file, then
 * the directory. A variable that the shell sets to nothing hides that of .env. Throws the reason for which Compose has none.
 * Source: Compose documentation, Specify a project name.
 */
export const composeProject = (
  name: unknown,
  dir: string,
  { variables, shell }: { readonly variables: ComposeVariables; readonly shell: ProcessEnv },
): string => {
  const given = variables('COMPOSE_PROJECT_NAME') ?? '';
  if (given !== '') {
    if (nameForm.test(given)) return given;
    const place = shell.COMPOSE_PROJECT_NAME === undefined ? ' in .env' : '';
    throw new Error(`COMPOSE_PROJECT_NAME${place} is not a project name: use a-z, 0-9, - and _`);
  }
  if (name !== undefined && name !== null && typeof name !== 'string')
    throw new Error('name: is not text, which Compose refuses; write it in quotes');
  const own = normalized(interpolate(name ?? '', variables)) || normalized(basename(dir));
  if (own === '')
    throw new Error(
      'no project name: the name of this directory has no a-z or 0-9; set COMPOSE_PROJECT_NAME',
    );
  return own;
};
