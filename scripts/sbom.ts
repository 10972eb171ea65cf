/**
 * `npm run sbom`: writes dist/sbom.cdx.json, the bill of materials (CycloneDX) of all packages of the lockfile, as reported by
 * npm. The output depends only on the lockfile: varying data (serial number, time) is removed. Packages used only for building
 * and testing have the property `cdx:npm:package:development`; bundled packages do not.
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { bundledPackages } from './build/bundled-packages.ts';
import { bundleOptions } from './build/options.ts';
import { reproducible, withBundled } from './sbom/reproducible.ts';
import { entryPoints } from './sdk/entry-points.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

// Also where NODE_ENV is production, which omits development dependencies.
const words = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only', '--include=dev'];
const { stdout } = await promisify(execFile)('npm', words, { maxBuffer: 64 * 1024 * 1024 });
const { name } = JSON.parse(await readFile('package.json', 'utf8'));
const { metafile } = await build({
  ...bundleOptions(['src/main.ts', ...entryPoints.map(({ entry }) => entry)], 'dist'),
  absWorkingDir: root,
});
if (metafile === undefined) throw new Error('esbuild gave no metafile');
const bundled = new Set(
  (await bundledPackages(metafile, root)).map(
    (bundledPackage) => `${bundledPackage.name}@${bundledPackage.version}`,
  ),
);
const bill = withBundled(reproducible(JSON.parse(stdout), name), bundled);
await mkdir('dist', { recursive: true });
await writeFile('dist/sbom.cdx.json', `${JSON.stringify(bill, null, 2)}\n`);
console.log('dist/sbom.cdx.json');
