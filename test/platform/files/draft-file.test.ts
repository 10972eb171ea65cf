import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replaceByDraft } from '../../../src/platform/files/draft-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'opsdeck-draft-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test('a file is replaced, and a failed write leaves it and no draft', async () => {
  const path = join(dir, 'a.json');
  await replaceByDraft(path, 0o600, (file) => file.writeFile('one'));
  const failed = replaceByDraft(path, 0o600, () => Promise.reject(new Error('no space')));
  await expect(failed).rejects.toThrow('no space');
  mkdirSync(join(dir, 'taken'));
  await expect(replaceByDraft(join(dir, 'taken'), 0o600, async () => {})).rejects.toThrow('EISDIR');
  expect(readdirSync(dir).sort()).toEqual(['a.json', 'taken']);
  expect(readFileSync(path, 'utf8')).toBe('one');
  expect(process.listeners('exit').filter(({ name }) => name === 'removeAll')).toEqual([]);
});

test('an exit during a write removes the draft', () => {
  const path = join(dir, 'a.json');
  writeFileSync(path, 'old');
  const module = pathToFileURL('src/platform/files/draft-file.ts').href;
  const script = `import { replaceByDraft } from ${JSON.stringify(module)};
    await replaceByDraft(${JSON.stringify(path)}, 0o600, async (file) => {
      await file.writeFile('half');
      process.exit(7);
    });`;
  const { status } = spawnSync(process.execPath, ['--input-type=module', '--eval', script]);
  expect(status).toBe(7);
  expect(readdirSync(dir)).toEqual(['a.json']);
  expect(readFileSync(path, 'utf8')).toBe('old');
});

test('a file that looks like an old draft stays: outside the directories of opsdeck it may belong to another program', async () => {
  const old = join(dir, 'a.json.6f1c2f9e-8f0a-4b57-9d1e-0c5c1a2b3d4e.tmp');
  writeFileSync(old, 'of another program');
  utimesSync(old, 0, 0);
  await replaceByDraft(join(dir, 'a.json'), 0o600, (file) => file.writeFile('whole'));
  expect(readdirSync(dir)).toEqual(['a.json', 'a.json.6f1c2f9e-8f0a-4b57-9d1e-0c5c1a2b3d4e.tmp']);
});
