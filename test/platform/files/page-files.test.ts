import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listPages, readPage } from '../../../src/platform/files/page-files.ts';

test('pages are the Markdown files below a folder, without links and hidden folders', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-pages-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await mkdir(join(dir, 'pages/general'), { recursive: true });
  await mkdir(join(dir, 'pages/.git'));
  await writeFile(join(dir, 'secret.md'), 'secret');
  await writeFile(join(dir, 'pages/general/TargetDown.md'), '# Down');
  await writeFile(join(dir, 'pages/.git/x.md'), '');
  await writeFile(join(dir, 'pages/notes.txt'), '');
  await symlink(join(dir, 'secret.md'), join(dir, 'pages/link.md'));
  const pages = join(dir, 'pages');
  expect(await listPages(pages)).toEqual({ paths: ['general/TargetDown.md'], isCut: false });
  expect(await readPage(pages, 'general/TargetDown.md')).toBe('# Down');
  await expect(readPage(pages, 'link.md')).rejects.toThrow('is a link to a file outside of');
  await expect(readPage(pages, '../secret.md')).rejects.toThrow('outside of');
  await expect(readPage(pages, 'gone.md')).rejects.toThrow('no longer exists');
  await expect(listPages(join(dir, 'none'))).rejects.toThrow('ENOENT');
});
