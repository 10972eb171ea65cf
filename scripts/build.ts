import { basename, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './build/bundled-packages.ts';
import { withEagerFunctions } from './build/eager-functions.ts';
import { joinChunks } from './build/join-chunks.ts';
import { sourceRoots, startRoots } from './build/joined-roots.ts';
import { withOneByteText } from './build/one-byte-text.ts';
import { bundleOptions } from './build/options.ts';
import { writeOutput } from './build/write-output.ts';
import { publicApi } from './sdk/declarations.ts';
import { entryPoints } from './sdk/entry-points.ts';
import { declarationFile } from './sdk/render.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const outdir = join(root, 'dist');

const { outputFiles = [], metafile } = await build({
  ...bundleOptions(
    ['src/main.ts', ...entryPoints.map(({ entry }) => entry)].map((entry) => join(root, entry)),
    outdir,
  ),
  absWorkingDir: root,
});
const declarations = entryPoints.map(({ entry, name }) => ({
  path: join(outdir, `${name}.d.ts`),
  contents: Buffer.from(declarationFile(publicApi(root, entry))),
}));
if (metafile === undefined) throw new Error('esbuild returned no metafile');
const notices = Buffer.from(await thirdPartyNotices(await bundledPackages(metafile, root), root));
const joined = await joinChunks(outputFiles, metafile, outdir, startRoots, sourceRoots);
const files = joined.map((file) =>
  file.path.endsWith('.js')
    ? {
        path: file.path,
        contents: Buffer.from(withOneByteText(basename(file.path), Buffer.from(file.contents).toString())),
      }
    : file,
);
const install = (built: typeof files): Promise<void> =>
  writeOutput(
    [...built, ...declarations, { path: 'THIRD-PARTY-NOTICES.txt', contents: notices }],
    outdir,
    // `npm run sbom` writes it.
    ['sbom.cdx.json'],
  );
await install(files);
try {
  // It opens a terminal, with native code that not every platform has.
  const { functionsAtStart } = await import('./build/start-profile.ts');
  const executed = await functionsAtStart(join(root, 'bin', 'opsdeck.js'), outdir);
  await install(
    files.map(({ path, contents }) => {
      const ranges = executed.get(basename(path));
      if (ranges === undefined) return { path, contents };
      const text = withEagerFunctions(basename(path), Buffer.from(contents).toString(), ranges);
      return { path, contents: Buffer.from(text) };
    }),
  );
} catch (error) {
  // The program is complete without it.
  console.warn(`build: opsdeck starts slower, because its start was not measured: ${String(error)}`);
}

const sizes = files
  .map(({ path, contents }) => ({ path: relative(root, path), kib: contents.length / 1024 }))
  .sort((a, b) => b.kib - a.kib);
const largest = 3;
for (const { path, kib } of sizes.slice(0, largest))
  console.log(`${kib.toFixed(1).padStart(8)} KiB  ${path}`);
const allKib = sizes.reduce((sum, { kib }) => sum + kib, 0);
console.log(`${allKib.toFixed(1).padStart(8)} KiB  in ${sizes.length} files`);
