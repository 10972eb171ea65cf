import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './build/bundled-packages.ts';
import { bundleOptions } from './build/options.ts';
import { writeOutput } from './build/write-output.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'dist');

const { outputFiles = [], metafile } = await build({
  ...bundleOptions([join(root, 'src/main.ts')], outdir),
  absWorkingDir: root,
});
if (metafile === undefined) throw new Error('esbuild gave no metafile');
const notices = await thirdPartyNotices(await bundledPackages(metafile, root), root);
await writeOutput(
  [...outputFiles, { path: 'THIRD-PARTY-NOTICES.txt', contents: Buffer.from(notices) }],
  outdir,
);

const sizes = Object.entries(metafile.outputs)
  .map(([path, { bytes }]) => ({ path, kib: bytes / 1024 }))
  .sort((a, b) => b.kib - a.kib);
for (const { path, kib } of sizes) console.log(`${kib.toFixed(1).padStart(8)} KiB  ${path}`);
