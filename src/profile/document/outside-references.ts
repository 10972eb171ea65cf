import { dirname, join } from 'node:path';
import { errorMessage } from '../../domain/text/error-message.ts';
import type { Position } from '../../domain/text/position.ts';
import type { Files } from '../../platform/files/local-files.ts';
import { resolveBeside } from './layers.ts';
import type { OutsideReference } from './references.ts';
import { type Lookup, type ProfileVars, type ReferenceLookup, ReferenceResolver } from './references.ts';
import type { YamlNode } from './tree.ts';

/** A reference with its position: a file path is relative to the file that contains it. */
export interface LocatedReference {
  readonly reference: OutsideReference;
  readonly position: Position;
}

export interface ReferenceEnvironment {
  readonly files: Files;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  /** Absent while profiles are only validated: no command runs, and no simulator starts. */
  readonly exec?: (argv: readonly string[]) => Promise<string>;
  readonly simulatorVars?: Readonly<Record<string, string>>;
  /** True: no file is read and no variable used, only whether it is set: the profile is not trusted. */
  readonly blind?: boolean;
  /** False: the profile has no `world:` that could provide a value. */
  readonly hasSimulator: boolean;
}

const keyOf = ({ reference, position }: LocatedReference): string =>
  reference.is === 'file' ? `${dirname(position.file)}\0${reference.text}` : reference.text;

/** Returns the external references that a tree uses, including those behind vars. */
export const outsideReferences = (tree: YamlNode, vars: ProfileVars): readonly LocatedReference[] => {
  const references = new Map<string, LocatedReference>();
  const note: Lookup = (reference, position) => {
    references.set(keyOf({ reference, position }), { reference, position });
    return later;
  };
  new ReferenceResolver(vars, note).tree(tree);
  return [...references.values()];
};

const later: ReferenceLookup = { missing: false, what: 'has not been resolved yet', todo: '' };
const missing = (what: string, todo: string): ReferenceLookup => ({ missing: true, what, todo });

/** The first line is the reason; the rest of a failed command's output may be anything. */
const reason = (error: unknown): string => errorMessage(error).split('\n', 1)[0] ?? '';

/** Strips the trailing newline that secret tools print; it is not part of the value. */
const trimmedValue = (text: string, what: string, todo: string): ReferenceLookup => {
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? missing(what, todo) : { value };
};

const envValue = (name: string, { processEnv }: ReferenceEnvironment): ReferenceLookup => {
  const todo = `set the environment variable ${name}`;
  const value = Object.hasOwn(processEnv, name) ? processEnv[name] : undefined;
  return value === undefined ? missing('has no value', todo) : trimmedValue(value, 'is empty', todo);
};

const fileValue = async (
  written: string,
  from: Position,
  outside: ReferenceEnvironment,
): Promise<ReferenceLookup> => {
  const path = written.startsWith('~/')
    ? join(outside.processEnv.HOME ?? '', written.slice(2))
    : resolveBeside(from.file, written);
  const todo = `write the value to the file ${path}`;
  try {
    const text = await outside.files.read(path);
    return text === undefined ? missing('has no value', todo) : trimmedValue(text, 'is empty', todo);
  } catch (error) {
    return missing(`cannot be read: ${reason(error)}`, `make the file ${path} readable for your user`);
  }
};

const execValue = async (
  argv: readonly string[],
  { exec }: ReferenceEnvironment,
): Promise<ReferenceLookup> => {
  if (exec === undefined) return later;
  const todo = `run ${argv.join(' ')} by hand and check the output`;
  try {
    return trimmedValue(await exec(argv), 'printed nothing', todo);
  } catch (error) {
    return missing(`failed: ${reason(error)}`, todo);
  }
};

const simulatorValue = (
  name: string,
  { hasSimulator, simulatorVars }: ReferenceEnvironment,
): ReferenceLookup => {
  if (!hasSimulator)
    return missing(
      'has no value',
      'write world: { system: NAME } in the profile, which is the only place where this reference has a value',
    );
  if (simulatorVars === undefined) return later;
  const value = Object.hasOwn(simulatorVars, name) ? simulatorVars[name] : undefined;
  if (value !== undefined) return { value };
  return missing('has no value', `valid: ${Object.keys(simulatorVars).join(', ')}`);
};

/** Tells whether a variable is set, without its value; nothing about files and commands. */
const askBlind = (reference: OutsideReference, outside: ReferenceEnvironment): ReferenceLookup => {
  if (reference.is !== 'env') return later;
  const found = envValue(reference.name, outside);
  return 'value' in found ? later : found;
};

const ask = async (
  { reference, position }: LocatedReference,
  outside: ReferenceEnvironment,
): Promise<ReferenceLookup> => {
  if (outside.blind === true && reference.is !== 'world') return askBlind(reference, outside);
  switch (reference.is) {
    case 'env':
      return envValue(reference.name, outside);
    case 'file':
      return await fileValue(reference.path, position, outside);
    case 'exec':
      return await execValue(reference.argv, outside);
    case 'world':
      return simulatorValue(reference.name, outside);
  }
};

/** Resolves all external references in parallel; each command runs once. */
export const resolveOutside = async (
  references: readonly LocatedReference[],
  outside: ReferenceEnvironment,
): Promise<{ readonly lookup: Lookup; readonly values: readonly string[] }> => {
  const answers = new Map(
    await Promise.all(
      references.map(async (reference) => [keyOf(reference), await ask(reference, outside)] as const),
    ),
  );
  const secret = references.filter((reference) => reference.reference.is !== 'world');
  return {
    lookup: (reference, position) => answers.get(keyOf({ reference, position })) ?? later,
    values: secret.flatMap((locatedReference) => {
      const answer = answers.get(keyOf(locatedReference));
      return answer !== undefined && 'value' in answer ? [answer.value] : [];
    }),
  };
};

/** Hides known values, so that validation does not depend on the environment of the machine. */
export const blindLookup =
  (lookup: Lookup): Lookup =>
  (reference, position) => {
    const answer = lookup(reference, position);
    return 'value' in answer ? later : answer;
  };
