import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Had, Machine } from '../servers/server.ts';
import { lacking } from './debian.ts';
import { firstError } from './maven.ts';

export type Jars = { readonly is: 'had'; readonly dir: string } | Exclude<Had, { readonly is: 'had' }>;

/** The value of a property of a POM. */
export const propertyOf = async (pom: string, name: string): Promise<string> => {
  const [, value] = (await readFile(pom, 'utf8')).split(new RegExp(`</?${name.replaceAll('.', '\\.')}>`));
  if (value === undefined) throw new Error(`${pom} has no property ${name}`);
  return value;
};

/** A directory with every jar that a POM depends on: out of the cache, or filled from Maven Central (only with --provision). */
export const jarsOf = async (name: string, pom: string, machine: Machine): Promise<Jars> => {
  const hash = createHash('sha256')
    .update(await readFile(pom))
    .digest('hex');
  const kept = join(machine.cache, `${name}-${hash.slice(0, 12)}`);
  const there = await access(kept).then(
    () => true,
    () => false,
  );
  if (there) return { is: 'had', dir: kept };
  if (!machine.provision)
    return { is: 'missing', why: 'its jars are not here; --provision gets them', excused: true };
  if ((await find('mvn')) === undefined) {
    const missing = await lacking('maven', true);
    if (missing.is === 'missing') return missing;
  }
  machine.say(`getting the jars of ${name}`);
  const problem = await copy(pom, kept, machine);
  return problem === undefined ? { is: 'had', dir: kept } : { is: 'missing', why: problem, excused: false };
};

/** Copies beside the cache and moves the directory into it whole. */
const copy = async (pom: string, kept: string, { cache, signal }: Machine): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${dir}/jars`];
    const { status, output } = await command('mvn', ['-q', '-B', '-f', pom, ...goal], { signal });
    if (status !== 0) return `mvn dependency:copy-dependencies failed: ${firstError(output)}`;
    await rename(join(dir, 'jars'), kept);
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};
