import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { command, find } from '../machine/command.ts';
import type { Had, Machine } from '../servers/server.ts';
import { lacking } from './debian.ts';

export type Built = { readonly is: 'had'; readonly jar: string } | Exclude<Had, { readonly is: 'had' }>;

const sources = 'test/real/spring/src';

/** The version of the parent POM: the line of Spring Boot. */
export const parentVersion = async (pom: string): Promise<string> => {
  const [, version = 'of unknown version'] =
    /<parent>[\s\S]*?<version>([^<]+)<\/version>/.exec(await readFile(pom, 'utf8')) ?? [];
  return version;
};

/** The application's jar: out of the cache, or built into it (only with --provision). */
export const builtJar = async (pom: string, machine: Machine): Promise<Built> => {
  const version = await parentVersion(pom);
  const kept = join(machine.cache, `spring-${version}-${await fingerprint(pom)}`);
  const jar = join(kept, 'shop.jar');
  const there = await access(jar).then(
    () => true,
    () => false,
  );
  if (there) return { is: 'had', jar };
  if (!machine.provision)
    return { is: 'missing', why: 'it has not been built here; --provision builds it', excused: true };
  if ((await find('mvn')) === undefined) {
    const missing = await lacking('maven', true);
    if (missing.is === 'missing') return missing;
  }
  machine.say(`building the application on Spring Boot ${version}`);
  const problem = await build(pom, kept, machine);
  return problem === undefined ? { is: 'had', jar } : { is: 'missing', why: problem, excused: false };
};

/** Builds beside the cache and moves the result into it whole, so that a build that was cut short is never found there. */
const build = async (pom: string, kept: string, { cache, signal }: Machine): Promise<string | undefined> => {
  await mkdir(cache, { recursive: true });
  const dir = await mkdtemp(join(cache, 'building-'));
  try {
    const args = ['-q', '-B', '-f', pom, `-Dshop.build=${dir}`, 'package'];
    const { status, output } = await command('mvn', args, { signal });
    if (status !== 0) return `mvn package failed: ${firstError(output)}`;
    await mkdir(kept, { recursive: true });
    await rename(join(dir, 'shop.jar'), join(kept, 'shop.jar'));
    return undefined;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
};

/** The first line that Maven calls an error; else the end of its output. */
export const firstError = (output: string): string =>
  output
    .split('\n')
    .find((line) => line.includes('[ERROR]'))
    ?.trim() ?? output.trimEnd().slice(-200);

/** Changes with the POM and with every source. */
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
