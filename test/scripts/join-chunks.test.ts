import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { joinChunks } from '../../scripts/build/join-chunks.ts';

const sources = {
  'main.ts': `import { a } from './a.ts';
    console.log('main', a, (await import('./one.ts')).one(), (await import('./two.ts')).two(), (await import('./late.ts')).late);`,
  // Three lazy parts that share code in every combination: one chunk per combination.
  'one.ts': `import { a } from './a.ts'; import { b } from './b.ts'; import { c, total as sum } from './c.ts'; import './f.ts'; export const one = () => sum(a, b, c);`,
  'two.ts': `import { b } from './b.ts'; import { c, d, total } from './c.ts'; import { e } from './d.ts'; import { same } from './f.ts'; export const two = () => total(b, c, d, e, same);`,
  'late.ts': `import { e } from './d.ts'; import { a } from './a.ts'; import { c, same } from './c.ts'; export const late = e + a + c + same;`,
  'a.ts': `console.log('a'); export const a = 1; `,
  'b.ts': `console.log('b'); export const b = 2; export const same = 'b';`,
  'c.ts': `import { b } from './b.ts'; console.log('c'); export const c = 3 + b; export const d = 4; export const same = 100; export const total = (...all) => all.reduce((x, y) => x + y);`,
  'f.ts': `import { d } from './c.ts'; console.log('f'); export const same = d * 250;`,
  'd.ts': `console.log('d'); export const e = 5;`,
};

test('joined chunks run each module once, in fewer files', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-join-'));
  try {
    for (const [name, text] of Object.entries(sources)) await writeFile(join(dir, name), text);
    const { outputFiles, metafile } = await build({
      entryPoints: [join(dir, 'main.ts')],
      absWorkingDir: dir,
      outdir: join(dir, 'out'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      chunkNames: '[name]-[hash]',
      banner: { js: "import { createRequire as r } from 'node:module';const require = r(import.meta.url);" },
      minifySyntax: true,
      minifyWhitespace: true,
      metafile: true,
      write: false,
    });
    const joined = await joinChunks(outputFiles, metafile, join(dir, 'out'), [
      { entry: 'main.ts', after: [] },
      { entry: 'one.ts', after: [['main.ts']] },
    ]);
    const outputOf = async (files: readonly { path: string; contents: Uint8Array }[]): Promise<string> => {
      await rm(join(dir, 'out'), { recursive: true, force: true });
      await mkdir(join(dir, 'out'));
      await writeFile(join(dir, 'out/package.json'), '{"type":"module"}');
      for (const { path, contents } of files) await writeFile(path, contents);
      return (await promisify(execFile)(process.execPath, [join(dir, 'out/main.js')])).stdout;
    };
    const before = await outputOf(outputFiles);
    expect(before).toContain('main 1 8 1016 111');
    expect(joined.length).toBeLessThan(outputFiles.length);
    const start = [{ entry: 'main.ts', after: [] }];
    const early = await joinChunks(outputFiles, metafile, join(dir, 'out'), start);
    const staged = await joinChunks(outputFiles, metafile, join(dir, 'out'), start, [
      { entry: 'one.ts', after: [['main.ts']] },
      { entry: 'two.ts', after: [['main.ts']] },
      { entry: 'late.ts', after: [['main.ts']] },
    ]);
    expect(await outputOf(staged)).toBe(before);
    expect(staged.length).toBeLessThan(early.length);
    expect(await outputOf(joined)).toBe(before);
    const names = new Set(await readdir(join(dir, 'out')));
    for (const name of names)
      for (const [, to = ''] of (await readFile(join(dir, 'out', name), 'utf8')).matchAll(
        /"\.\/([^"]+\.js)"/g,
      ))
        expect(names).toContain(to);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
