import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { build, type Metafile } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  type BundledPackage,
  bundledPackages,
  importedPackages,
  thirdPartyNotices,
} from '../../scripts/build/bundled-packages.ts';
import { bundleOptions } from '../../scripts/build/options.ts';
import { type Bill, developmentMark, reproducible, withBundled } from '../../scripts/sbom/reproducible.ts';
import { entryPoints } from '../../scripts/sdk/entry-points.ts';
import { longDescribe } from '../support/layer.ts';

interface Locked {
  readonly version: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly link?: boolean;
}

interface Manifest {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lockfile: { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, Locked>> } =
  JSON.parse(readFileSync('package-lock.json', 'utf8'));
const locked = Object.entries(lockfile.packages).filter(([path]) => path !== '');
const nameOf = (path: string): string =>
  path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

/** Returns the problems of a lockfile entry. */
const problemsOf = ([
  path,
  { version, resolved, integrity, link },
]: (typeof locked)[number]): readonly string[] => [
  ...(link === true ? [`${path} is a link`] : []),
  ...(/^\d+\.\d+\.\d+/.test(version) ? [] : [`${path} has the version ${version}`]),
  ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? '') ? [] : [`${path} has no SHA-512`]),
  ...(resolved === undefined || /^https:\/\/[^/@]+\/\S+\.tgz$/.test(resolved)
    ? []
    : [`${path} comes from ${resolved}`]),
];

describe('the lockfile', () => {
  test('every package has a version, a SHA-512 and, if any, an https URL of one registry', () => {
    expect(locked.length).toBeGreaterThan(100);
    expect(locked.flatMap(problemsOf)).toEqual([]);
    const hosts = locked.flatMap(([, { resolved }]) =>
      resolved === undefined ? [] : [new URL(resolved).host],
    );
    expect(new Set(hosts).size).toBeLessThanOrEqual(1);
  });

  test.each<[string, Locked]>([
    ['no hash', { version: '1.0.0' }],
    ['a weak hash', { version: '1.0.0', integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }],
    [
      'git',
      {
        version: '1.0.0',
        resolved: 'git+ssh://git@example.com/a/b.git#1',
        integrity: `sha512-${'a'.repeat(86)}==`,
      },
    ],
    [
      'http',
      { version: '1.0.0', resolved: 'http://example.com/a.tgz', integrity: `sha512-${'a'.repeat(86)}==` },
    ],
    [
      'a password',
      {
        version: '1.0.0',
        resolved: 'https://a:b@example.com/a.tgz',
        integrity: `sha512-${'a'.repeat(86)}==`,
      },
    ],
    ['a directory', { version: '1.0.0', link: true, integrity: `sha512-${'a'.repeat(86)}==` }],
  ])('%s is rejected', (_, entry) => {
    expect(problemsOf(['node_modules/x', entry])).toHaveLength(1);
  });

  test('versions of direct dependencies are exact', () => {
    const direct = {
      ...manifest.dependencies,
      ...manifest.devDependencies,
      ...manifest.optionalDependencies,
    };
    for (const [name, version] of Object.entries(direct))
      expect(`${name} ${version}`).toMatch(/ \d+\.\d+\.\d+$/);
  });
});

describe('install scripts', () => {
  test('every package with one is listed, and none may run', () => {
    const scripted = locked.flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript === true ? [nameOf(path)] : [],
    );
    expect(Object.keys(manifest.allowScripts).sort()).toEqual([...new Set(scripted)].sort());
    expect(Object.values(manifest.allowScripts)).toEqual(scripted.map(() => false));
    expect(readFileSync('.npmrc', 'utf8')).toContain('strict-allow-scripts=true\n');
  });

  test('opsdeck has none that npm counts for a tarball; a checkout and a tarball are still built', () => {
    const { scripts } = manifest;
    // Source: @npmcli/arborist, lib/install-scripts.js.
    expect(Object.keys(scripts).filter((name) => /^(?:(?:pre|post)?install|prepare)$/.test(name))).toEqual(
      [],
    );
    expect(scripts.preprepare).toBe(scripts.build);
    expect(scripts.prepack).toBe(`${scripts.build} && ${scripts.sbom}`);
  });

  test('no package of a user installation has one', () => {
    const installed = new Set([
      ...Object.keys(manifest.dependencies ?? {}),
      ...Object.keys(manifest.optionalDependencies),
    ]);
    const scripted = Object.keys(manifest.allowScripts);
    const needed = (name: string): readonly string[] =>
      Object.keys(Object(lockfile.packages[`node_modules/${name}`]).dependencies ?? {});
    const pending = [...installed];
    for (let name = pending.pop(); name !== undefined; name = pending.pop())
      for (const text of needed(name))
        if (!installed.has(text)) {
          installed.add(text);
          pending.push(text);
        }
    expect(scripted.filter((name) => installed.has(name))).toEqual([]);
  });
});

test('detects a package that is imported at run time', () => {
  const output = { bytes: 0, inputs: {}, exports: [] };
  const imports = ['node:fs', 'util/types', 'left-pad', './chunk.js'].map((path) => ({
    path,
    kind: 'import-statement' as const,
    external: path !== './chunk.js',
  }));
  expect(importedPackages({ inputs: {}, outputs: { 'dist/main.js': { ...output, imports } } })).toEqual([
    'left-pad',
  ]);
});

longDescribe('the bundle', () => {
  let metafile: Metafile;
  let bundled: readonly BundledPackage[];
  beforeAll(async () => {
    const entries = ['src/main.ts', ...entryPoints.map(({ entry }) => entry)].map((path) => resolve(path));
    const built = await build(bundleOptions(entries, resolve('dist')));
    metafile = built.metafile ?? { inputs: {}, outputs: {} };
    bundled = await bundledPackages(metafile, '.');
  });

  test('imports exactly the dependencies; bundled packages are development dependencies', () => {
    // The contract tests of the SDK run in the plugin's test runner: an optional peer dependency, which npm does not install.
    const peers = Object.keys(manifest.peerDependencies);
    expect(peers.filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)).toEqual([]);
    expect(importedPackages(metafile)).toEqual(
      [...Object.keys(manifest.dependencies ?? {}), ...peers].sort(),
    );
    const direct = bundled.filter(({ dir, name }) => dir === `node_modules/${name}`).map(({ name }) => name);
    expect(direct).toEqual(expect.arrayContaining(['ink', 'react', 'undici', 'yaml', 'zod']));
    expect(direct.filter((name) => name in (manifest.dependencies ?? {}))).toEqual([]);
  });

  test('the notices contain the license of every bundled package', async () => {
    const notices = await thirdPartyNotices(bundled, '.');
    const missing = bundled.filter(
      ({ name, version, license }) => !notices.includes(`\n${name} ${version} (${license})\n`),
    );
    expect(missing).toEqual([]);
    expect(notices).toContain('Copyright (c) Vadym Demedes');
  });

  test('a packed install adds only the platform Node, which has no dependencies', () => {
    expect(manifest.dependencies ?? {}).toEqual({});
    const shipped = Object.keys(manifest.optionalDependencies);
    expect(shipped.filter((name) => !/^node-(?:bin-)?(?:linux|darwin)-(?:x64|arm64)$/.test(name))).toEqual(
      [],
    );
    for (const name of shipped)
      expect(Object.keys(Object(lockfile.packages[`node_modules/${name}`]).dependencies ?? {})).toEqual([]);
  });

  test('the bill of materials lists every package of the lockfile with its hash and without URLs', async () => {
    const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--include=dev'];
    const { stdout } = await promisify(execFile)('npm', words, { maxBuffer: 64 * 1024 * 1024 });
    const inside = new Set(bundled.map(({ name, version }) => `${name}@${version}`));
    const bill: Bill = withBundled(reproducible(JSON.parse(stdout), manifest.name), inside);
    expect(bill).toMatchObject({ bomFormat: 'CycloneDX', metadata: { component: { name: 'opsdeck' } } });
    const billed = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const missing = locked.filter(([path, { version }]) => !billed.has(`${nameOf(path)}@${version}`));
    expect(missing.map(([path]) => path)).toEqual([]);
    expect(bill.components.filter(({ hashes = [] }) => !hashes.some(({ alg }) => alg === 'SHA-512'))).toEqual(
      [],
    );
    expect(JSON.stringify(bill)).not.toMatch(/"timestamp"|"serialNumber"/);
    const product = bill.components.filter(
      ({ properties = [] }) => !properties.some(({ name }) => name === developmentMark),
    );
    expect(new Set(product.map(({ name, version }) => `${name}@${version}`))).toEqual(
      new Set([
        ...inside,
        ...Object.entries(manifest.optionalDependencies).map(([name, version]) => `${name}@${version}`),
      ]),
    );
  });
});
