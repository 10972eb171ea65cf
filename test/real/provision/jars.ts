import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';
import { packageMissing } from './debian.ts';
import { firstError } from './maven.ts';

export type Jars =
  | { readonly is: 'available'; readonly dir: string }
  | Exclude<Availability, { readonly is: 'available' }>;

/** Returns the value of a property of a POM. */
export const propertyOf = async (pom: string, name: string): Promise<string> => {
  const [, value] = (await readFile(pom, 'utf8')).split(new RegExp(`</?${name.replaceAll('.', '\\.')}>`));
  if (value === undefined) throw new Error(`${pom} has no property ${name}`);
  return value;
};

/** Returns the directory with all dependencies of a POM from the cache, or downloads them from Maven Central (only with --provision). */
export const jarsOf = async (name: string, pom: string, machine: Machine): Promise<Jars> => {
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex');
  const cached = join(machine.cache, `${name}-${hash.slice(0, 12)}`);
  const exists = await access(cached).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', dir: cached };
  if (!machine.provision)
    return { is: 'missing', why: 'its jars are missing; --provision downloads them', excused: true };
  if ((await find('mvn')) === undefined) {
    const missing = await packageMissing('maven', true);
    if (missing.is === 'missing') return missing;
  }
  machine.say(`downloading the jars of ${name}`);
  const problem = await download(pom, cached, machine);
  return problem === undefined
    ? { is: 'available', dir: cached }
    : { is: 'missing', why: problem, excused: false };
};

/** Downloads into a temporary directory and renames it into the cache. */
const download = async (
  pom: string,
  cached: string,
  { cache, signal }: Machine,
): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${dir}/jars`];
    const { status, output } = await command('mvn', ['-q', '-B', '-f', pom, ...goal], { signal });
    if (status !== 0) return `mvn dependency:copy-dependencies failed: ${firstError(output)}`;
    await rename(join(dir, 'jars'), cached);
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
