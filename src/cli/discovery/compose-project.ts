import { basename } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { ComposeName } from './compose-model.ts';
import { type ComposeVariables, interpolate, variableLabel } from './compose-variables.ts';

const nameForm = /^[a-z0-9][a-z0-9_-]*$/;

/** Source: compose-go, loader, NormalizeProjectName. */
const normalized = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');

/** The project name of `name:`. Throws the reason for which Compose refuses it. */
const declaredName = ({ text, place }: ComposeName, variables: ComposeVariables): string => {
  try {
    const name = normalized(interpolate(text, variables));
    if (name === '') throw new Error('name contains no letter a-z or digit, or only empty variables');
    return name;
  } catch (error) {
    throw new Error(`${place}: ${errorMessage(error)}`);
  }
};

/**
 * The project name that Compose derives: COMPOSE_PROJECT_NAME of the shell, then that of the environment files, then `name:`
 * of the last Compose file that has one, then the directory of the first. A variable that the shell sets to nothing hides that
 * of a file. Throws the reason for which Compose has none. Source: Compose documentation, Specify a project name.
 */
export const composeProject = (
  name: ComposeName | undefined,
  dir: string,
  variables: ComposeVariables,
): string => {
  const declared = name === undefined ? undefined : declaredName(name, variables);
  const given = variables.value('COMPOSE_PROJECT_NAME') ?? '';
  if (given !== '') {
    if (nameForm.test(given)) return given;
    throw new Error(
      `${variableLabel('COMPOSE_PROJECT_NAME', variables)} is not a valid project name. Use a-z, 0-9, - and _`,
    );
  }
  const own = declared ?? normalized(basename(dir));
  if (own === '')
    throw new Error(
      'cannot derive a project name: the name of the project directory contains no a-z or 0-9. Set COMPOSE_PROJECT_NAME',
    );
  return own;
};
