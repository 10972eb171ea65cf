import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleOptions } from './build/options.ts';
import { writeOutput } from './build/write-output.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'dist');

const { outputFiles = [], metafile } = await build({
  ...bundleOptions([join(root, 'src/main.ts'), join(root, 'src/sdk.ts')], outdir),
  absWorkingDir: root,
});
await writeOutput(outputFiles, outdir);

const sizes = Object.entries(metafile?.outputs ?? {})
  .map(([path, { bytes }]) => ({ path, kib: bytes / 1024 }))
  .sort((a, b) => b.kib - a.kib);
for (const { path, kib } of sizes) console.log(`${kib.toFixed(1).padStart(8)} KiB  ${path}`);
