import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ChecklistRecord } from '../../../src/domain/checklists/record.ts';
import { checklistFile } from '../../../src/persistence/checklists/checklist-file.ts';
import { longTest } from '../../support/layer.ts';

const stateDirOf = async (): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-checklists-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  return dir;
};

const scope = { system: 'shop', env: 'production', isDrill: false };
const head = { system: 'shop', env: 'production', list: 'deploy', occurrence: '#1', at: 1000 };
const tick = (item: string, who = 'ana@desk-3', note = ''): ChecklistRecord => ({
  ...head,
  who,
  is: 'done',
  item,
  note,
});
const end: ChecklistRecord = { ...head, who: 'ana@desk-3', is: 'end', items: [] };

const open = (dir: string) => checklistFile(dir, (text) => text.replaceAll('hunter2', '…'));

describe('checklistFile', () => {
  test('keeps records in order, for their environment, and private', async () => {
    const dir = await stateDirOf();
    const file = open(dir);
    expect(await file.read(scope)).toEqual({ records: [] });
    await file.append(tick('one'));
    await file.append({ ...tick('elsewhere'), env: 'staging' });
    await file.append({ ...tick('drilled'), drill: true });
    await file.append(tick('two'));
    expect((await file.read(scope)).records).toEqual([tick('one'), tick('two')]);
    expect((await file.read({ ...scope, isDrill: true })).records).toMatchObject([{ item: 'drilled' }]);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
  });

  test('leaves the ledger the only .jsonl file of the state directory, and reads what earlier versions wrote there', async () => {
    const dir = await stateDirOf();
    await open(dir).append(tick('earlier'));
    await rename(join(dir, 'checklists/records.jsonl'), join(dir, 'checklists.jsonl'));
    const earlier = await readFile(join(dir, 'checklists.jsonl'), 'utf8');
    const file = open(dir);
    await file.append(tick('now'));
    expect((await file.read(scope)).records).toEqual([tick('earlier'), tick('now')]);
    expect(await readFile(join(dir, 'checklists.jsonl'), 'utf8')).toBe(earlier);
    const fresh = await stateDirOf();
    await open(fresh).append(tick('now'));
    expect((await readdir(fresh)).filter((name) => name.endsWith('.jsonl'))).toEqual([]);
  });

  test('masks secrets in notes', async () => {
    const dir = await stateDirOf();
    await open(dir).append(tick('one', 'ana@desk-3', 'password is hunter2'));
    const written = await readFile(join(dir, 'checklists/records.jsonl'), 'utf8');
    expect(JSON.parse(written.trim())).toMatchObject({ item: 'one', note: 'password is …' });
    expect(written).not.toContain('hunter2');
  });

  longTest('several cockpits lose no record', async () => {
    const dir = await stateDirOf();
    const writers = ['ana@a', 'ben@b', 'cyd@c', 'dee@d'];
    await Promise.all(
      writers.flatMap((who) => [1, 2, 3, 4, 5].map((n) => open(dir).append(tick(`item-${n}`, who)))),
    );
    const { records, problem } = await open(dir).read(scope);
    expect(problem).toBeUndefined();
    expect(
      new Set(records.map((record) => `${record.who} ${record.is === 'end' ? '' : record.item}`)).size,
    ).toBe(20);
  });

  test('a line torn by a crash is ignored and reported. The next record stands on its own line', async () => {
    const dir = await stateDirOf();
    const file = open(dir);
    await file.append(tick('one'));
    await appendFile(file.path, '{"opsdeck":1,"system":"shop","is":"do');
    await file.append(tick('two'));
    const { records, problem } = await file.read(scope);
    expect(records).toEqual([tick('one'), tick('two')]);
    expect(problem).toContain('1 of 3 lines cannot be parsed');
  });

  test('one of two cockpits ends an occurrence', async () => {
    const dir = await stateDirOf();
    const written = await Promise.all([open(dir).append(end), open(dir).append(end)]);
    expect(written.filter(Boolean)).toHaveLength(1);
    expect((await open(dir).read(scope)).records).toHaveLength(1);
  });
});

describe('a file of several years', () => {
  const line = (item: string): string =>
    `${JSON.stringify({ opsdeck: 1, ...tick(item, 'ana@desk-3', 'x'.repeat(200)) })}\n`;

  longTest('is read beyond the size limit of a profile', async () => {
    const dir = await stateDirOf();
    const file = open(dir);
    const many = 12_000;
    await mkdir(dirname(file.path));
    await appendFile(file.path, Array.from({ length: many }, (_, n) => line(`item-${n}`)).join(''));
    expect((await stat(file.path)).size).toBeGreaterThan(4 * 1024 * 1024);
    expect((await file.read(scope)).records).toHaveLength(many);
    // Only what is new is read.
    await file.append(tick('last'));
    const { records } = await file.read(scope);
    expect(records).toHaveLength(many + 1);
    expect(records.at(-1)).toEqual(tick('last'));
  });

  test('is read again from its beginning when it was replaced or shortened', async () => {
    const dir = await stateDirOf();
    const file = open(dir);
    for (const item of ['one', 'two', 'three']) await file.append(tick(item));
    await file.read(scope);
    await writeFile(`${file.path}.new`, line('other'));
    await rename(`${file.path}.new`, file.path);
    expect((await file.read(scope)).records).toMatchObject([{ item: 'other' }]);
    await truncate(file.path, 0);
    expect((await file.read(scope)).records).toEqual([]);
    await rm(file.path);
    expect((await file.read(scope)).records).toEqual([]);
  });

  test('keeps a character that is written in two parts', async () => {
    const dir = await stateDirOf();
    const file = open(dir);
    const bytes = Buffer.from(`${JSON.stringify({ opsdeck: 1, ...tick('one', 'ana@desk-3', 'größer') })}\n`);
    const cut = bytes.indexOf(0xc3) + 1;
    await mkdir(dirname(file.path));
    await appendFile(file.path, bytes.subarray(0, cut));
    await file.read(scope);
    await appendFile(file.path, bytes.subarray(cut));
    expect((await file.read(scope)).records).toEqual([tick('one', 'ana@desk-3', 'größer')]);
  });
});
