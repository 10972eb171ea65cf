import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { withParts } from '../../support/profile-parts.ts';

/** A YAML value. */
export type Value = null | boolean | number | string | Value[] | { [key: string]: Value };
export type Entry = { [key: string]: Value };

/** The files of one system's profiles, parsed, by name. Anchors and parts are copied, so that one place can be changed alone. */
export type Documents = Readonly<Record<string, Value>>;

const shipped = new URL('../../../profiles/', import.meta.url);

/** Reads the shipped profiles of a system. */
export const readDocuments = async (system: string): Promise<Documents> => {
  const dir = new URL(`${system}/`, shipped);
  const names = (await readdir(dir)).filter((name) => name.endsWith('.yaml'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, dir), 'utf8')));
  const documents = texts.map((text) => parse(text, { maxAliasCount: -1 }));
  const { parts = {}, ...base } = documents[names.indexOf('base.yaml')] ?? {};
  // The values of parsed YAML stay YAML values.
  return Object.fromEntries(
    names.map((name, index) => [
      name,
      withParts(name === 'base.yaml' ? base : documents[index], parts) as Value,
    ]),
  );
};

/** Profiles in a temporary directory. */
interface ProfileCopy extends AsyncDisposable {
  readonly dir: string;
}

/**
 * Writes the changed profiles of a system next to copies of its other files. JSON is valid YAML; an environment is
 * detected by the space after `env:`.
 */
export const writeCopy = async (system: string, documents: Documents): Promise<ProfileCopy> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-profiles-'));
  const target = join(dir, system);
  await mkdir(target);
  await cp(new URL(`${system}/`, shipped), target, {
    recursive: true,
    filter: (path) => !path.endsWith('.yaml'),
  });
  for (const [name, document] of Object.entries(documents))
    await writeFile(join(target, name), JSON.stringify(document, null, 1));
  return { dir, [Symbol.asyncDispose]: () => rm(dir, { recursive: true, force: true }) };
};
