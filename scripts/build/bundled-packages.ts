import { readdir, readFile } from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** A package with code in the bundle. */
export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** Relative to the root: node_modules/ink/node_modules/signal-exit. */
  readonly dir: string;
  /** The SPDX expression of its package.json. */
  readonly license: string;
}

const packageDir = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;

const isBuiltin = (path: string): boolean => path.startsWith('node:') || builtinModules.includes(path);

/** Packages that the bundle imports at run time instead of containing them, without Node's own modules. */
export const importedPackages = ({ outputs }: Metafile): readonly string[] => {
  const external = Object.values(outputs).flatMap(({ imports }) => imports.filter((entry) => entry.external));
  return [...new Set(external.map(({ path }) => path))].filter((path) => !isBuiltin(path)).sort();
};

/** Every package with a file in the bundle, by directory. `root`: the directory of node_modules. */
export const bundledPackages = async (
  { outputs }: Metafile,
  root: string,
): Promise<readonly BundledPackage[]> => {
  const files = Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs));
  // Files from a plugin have its namespace as a prefix.
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
        license: license ?? licenses.map((entry: { type: string }) => entry.type).join(' OR '),
      };
    }),
  );
};

const isLicense = (name: string): boolean => /^(?:licen[cs]e|copying|notice)(?:[.-]|$)/i.test(name);

/** The texts under which a package is licensed. */
const licenseTextOf = async ({ dir, license }: BundledPackage, root: string): Promise<string> => {
  const names = (await readdir(join(root, dir))).filter(isLicense).sort();
  const texts = await Promise.all(names.map((file) => readFile(join(root, dir, file), 'utf8')));
  return texts.length === 0 ? `Licensed under ${license}.` : texts.map((text) => text.trim()).join('\n\n');
};

/**
 * License texts of the bundled packages, each once below the packages that it applies to. MIT, ISC, BSD and Apache-2.0 require that the
 * text accompanies the code, and a packed installation has no node_modules with it.
 */
export const thirdPartyNotices = async (
  packages: readonly BundledPackage[],
  root: string,
): Promise<string> => {
  const licensed = await Promise.all(
    packages.map(async (bundledPackage) => {
      const { name, version, license } = bundledPackage;
      return {
        name: `${name} ${version} (${license})`,
        text: await licenseTextOf(bundledPackage, root),
      };
    }),
  );
  const sections = [...Map.groupBy(licensed, ({ text }) => text)].map(([text, those]) =>
    [...new Set(those.map(({ name }) => name))].join('\n').concat('\n\n', text),
  );
  const line = `\n\n${'-'.repeat(80)}\n\n`;
  return `${['opsdeck contains code of these packages.', ...sections].join(line)}\n`;
};
