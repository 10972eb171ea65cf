import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package whose code is in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Below the root: node_modules/ink/node_modules/signal-exit. */
  readonly dir: string;
  /** An SPDX expression, as its package.json has it. */
  readonly license: string;
}

const packageDir = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

const isBuiltin = (path: string): boolean => path.startsWith('node:') || builtinModules.includes(path);

/** Packages that the bundle imports when it runs, instead of containing them. Node's own modules do not count. */
export const importedPackages = ({ outputs }: Metafile): readonly string[] => {
  const external = Object.values(outputs).flatMap(({ imports }) => imports.filter((one) => one.external));
  return [...new Set(external.map(({ path }) => path))].filter((path) => !isBuiltin(path)).sort();
};

/** Every package of which a file is in the bundle, by directory. `root`: where node_modules is. */
export const bundledPackages = async (
  { outputs }: Metafile,
  root: string,
): Promise<readonly BundledPackage[]> => {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  // Files that a plugin gave have its namespace before their path.
  const dirs = new Set(files.flatMap((path) => packageDir.exec(path.replace(/^[a-z-]+:/, ''))?.[0] ?? []));
  return Promise.all(
    [...dirs].sort().map(async (dir) => {
      const { name, version, license, licenses } = JSON.parse(
        await readFile(join(root, dir, 'package.json'), 'utf8'),
      );
      return {
        name,
        version,
        dir,
        license: license ?? licenses.map((one: { type: string }) => one.type).join(' OR '),
      };
    }),
  );
};

const isLicense = (name: string): boolean => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name);

const licenseOf = async ({ name, version, dir, license }: BundledPackage, root: string): Promise<string> => {
  const names = (await readdir(join(root, dir))).filter(isLicense).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(root, dir, file), 'utf8')));
  const body = texts.length === 0 ? [`Licensed under ${license}.`] : texts.map((text) => text.trim());
  return [`${name} ${version} (${license})`, ...body].join('\n\n');
};

/**
 * The licenses of what is in the bundle. MIT, ISC, BSD and Apache-2.0 all ask that their text goes along with the code, and a packed
 * install has no node_modules that would hold it.
 */
export const thirdPartyNotices = async (
  packages: readonly BundledPackage[],
  root: string,
): Promise<string> => {
  const texts = await Promise.all(packages.map((one) => licenseOf(one, root)));
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `${['opsdeck contains code of these packages.', ...new Set(texts)].join(line)}\n`;
};
