import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Availability, Machine } from '../servers/server.ts';
import { packageMissing } from './debian.ts';

export type Built =
  | { readonly is: 'available'; readonly jar: string }
  | Exclude<Availability, { readonly is: 'available' }>;

const sources = 'test/real/spring/src';

/** The version of the parent POM, which is that of Spring Boot. */
export const parentVersion = async (pom: string): Promise<string> => {
  const [, version = 'of unknown version'] =
    /<parent>[\s\S]*?<version>([^<]+)<\/version>/.exec(await readFile(pom, 'utf8')) ?? [];
  return version;
};

/** Returns the application's jar from the cache, or builds it (only with --provision). */
export const builtJar = async (pom: string, machine: Machine): Promise<Built> => {
  const version = await parentVersion(pom);
  const cached = join(machine.cache, `spring-${version}-${await fingerprint(pom)}`);
  const jar = join(cached, 'shop.jar');
  const exists = await access(jar).then(
    () => true,
    () => false,
  );
  if (exists) return { is: 'available', jar };
  if (!machine.provision)
    return { is: 'missing', why: 'it has not been built; --provision builds it', excused: true };
  if ((await find('mvn')) === undefined) {
    const missing = await packageMissing('maven', true);
    if (missing.is === 'missing') return missing;
  }
  machine.say(`building the application on Spring Boot ${version}`);
  const problem = await build(pom, cached, machine);
  return problem === undefined ? { is: 'available', jar } : { is: 'missing', why: problem, excused: false };
};

/** Builds in a temporary directory and renames the result into the cache, so that the cache has no incomplete build. */
const build = async (
  pom: string,
  cached: string,
  { cache, signal }: Machine,
): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const args = ['-q', '-B', '-f', pom, `-Dshop.build=${dir}`, 'package'];
    const { status, output } = await command('mvn', args, { signal });
    if (status !== 0) return `mvn package failed: ${firstError(output)}`;
    await mkdir(cached, { recursive: true });
    await rename(join(dir, 'shop.jar'), join(cached, 'shop.jar'));
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** The first error line of Maven's output; without one, the end of the output. */
export const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.includes('[ERROR]'))
    ?.trim() ?? output.trimEnd().slice(-200);

/** Hash of the POM and all sources. */
const fingerprint = async (pom: string): Promise<string> => {
  const entries = await readdir(sources, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256').update(dirname(pom));
  for (const file of [pom, ...files]) hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 12);
};
