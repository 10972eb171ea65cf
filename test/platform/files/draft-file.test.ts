import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
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

test('the draft of a killed process is removed by a later writer; a recent one and other files stay', async () => {
  const path = join(dir, 'audit.head');
  const abandoned = `audit.head.${randomUUID()}.tmp`;
  const [recent, other] = [`audit.head.${randomUUID()}.tmp`, `audit.${randomUUID()}.tmp`];
  for (const name of [abandoned, recent, other, 'audit.head.mine.tmp'])
    writeFileSync(join(dir, name), 'half');
  const twoHoursAgo = Date.now() / 1000 - 7200;
  for (const name of [abandoned, other, 'audit.head.mine.tmp'])
    utimesSync(join(dir, name), twoHoursAgo, twoHoursAgo);
  await replaceByDraft(path, 0o600, (file) => file.writeFile('whole'));
  expect(readdirSync(dir).sort()).toEqual(['audit.head', recent, other, 'audit.head.mine.tmp'].sort());
});
