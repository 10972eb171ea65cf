import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { IncidentEvent } from '../../../src/domain/incidents/incident-event.ts';
import { incidentFiles } from '../../../src/persistence/incidents/incident-files.ts';
import { longTest } from '../../support/layer.ts';
import { tempDir } from '../ledger/entries.ts';

const declared = (title: string): Extract<IncidentEvent, { event: 'declared' }> => ({
  event: 'declared',
  system: 'saga',
  env: 'production',
  title,
  severity: 'P1',
  reason: '',
  impact: '',
  services: '',
  commander: 'ana',
});
const open = (dir: string) => incidentFiles(dir, (text) => text.replaceAll('hunter2', '•••'));
const note = (text: string): IncidentEvent => ({ event: 'note', text });

longTest('two cockpits give different numbers, and lose none of their notes', async () => {
  await using dir = await tempDir();
  const ids = await Promise.all(
    Array.from({ length: 6 }, (_, index) => open(dir.path).declare('ana@a', index, declared(`t${index}`))),
  );
  expect(ids.toSorted()).toEqual(['INC-1', 'INC-2', 'INC-3', 'INC-4', 'INC-5', 'INC-6']);
  const texts = Array.from({ length: 12 }, (_, index) => `note ${index}`);
  await Promise.all(
    texts.map((text, index) => open(dir.path).append('INC-3', 'ben@b', 100 + index, () => [note(text)])),
  );
  const { incidents, problems } = await open(dir.path).read();
  expect(problems).toEqual([]);
  const third = incidents.find(({ id }) => id === 'INC-3');
  expect(
    third?.timeline
      .slice(1)
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(texts.toSorted());
  expect((await readdir(join(dir.path, 'incidents'))).length).toBe(6);
});

test('an append that was cut short did not happen, and does not spoil the next', async () => {
  await using dir = await tempDir();
  const files = open(dir.path);
  const id = await files.declare('ana@a', 1, declared('t'));
  await files.append(id, 'ana@a', 2, () => [note('first')]);
  const path = join(dir.path, 'incidents', `${id}.jsonl`);
  await appendFile(path, '{"seq":3,"at":3,"who":"ana@a","entry":{"event":"note","text":"nev');
  expect((await files.read()).incidents[0]?.timeline.map(({ text }) => text)).toEqual(['P1 · t', 'first']);
  await files.append(id, 'ana@a', 4, () => [note('second')]);
  const { incidents, problems } = await files.read();
  expect(problems).toEqual([]);
  expect(incidents[0]?.timeline.map(({ text }) => text)).toEqual(['P1 · t', 'first', 'second']);
});

test('a damaged record is named and left as it is. The others are read', async () => {
  await using dir = await tempDir();
  const files = open(dir.path);
  const damaged = await files.declare('ana@a', 1, declared('one'));
  await files.declare('ana@a', 1, declared('two'));
  const path = join(dir.path, 'incidents', `${damaged}.jsonl`);
  // Removed from the middle: the positions that follow no longer fit.
  await files.append(damaged, 'ana@a', 2, () => [note('a')]);
  await files.append(damaged, 'ana@a', 3, () => [note('b')]);
  const lines = (await readFile(path, 'utf8')).split('\n');
  const text = [lines[0], ...lines.slice(2)].join('\n');
  await writeFile(path, text);
  const { incidents, problems } = await files.read();
  expect(incidents.map(({ title }) => title)).toEqual(['two']);
  expect(problems).toEqual([
    `${path}:2: this is not a valid entry of an incident. Restore the file from a backup`,
  ]);
  await expect(files.append(damaged, 'ana@a', 4, () => [note('c')])).rejects.toThrow(
    ':2: this is not a valid entry',
  );
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('secrets are masked before they are written', async () => {
  await using dir = await tempDir();
  const files = open(dir.path);
  const id = await files.declare('ana@a', 1, declared('password hunter2'));
  await files.append(id, 'ana@a', 2, () => [note('used hunter2')]);
  const text = await readFile(join(dir.path, 'incidents', `${id}.jsonl`), 'utf8');
  expect(text).not.toContain('hunter2');
  expect(text).toContain('used •••');
});

test('a long line is masked before it is cut: no half of a secret remains', async () => {
  await using dir = await tempDir();
  const files = open(dir.path);
  const id = await files.declare('ana@a', 1, declared('t'));
  const head = { level: 'ok', seenAt: 1, key: 'k' } as const;
  await files.append(id, 'ana@a', 2, () => [
    { event: 'observed', kind: 'bookmark', text: `${'x'.repeat(497)} hunter2 rest`, ...head },
    { event: 'attached', kind: 'diagnosis', title: 't', lines: [`${'x'.repeat(297)} hunter2 rest`], ...head },
  ]);
  const text = await readFile(join(dir.path, 'incidents', `${id}.jsonl`), 'utf8');
  expect(text).not.toContain('hu');
  expect(text).not.toContain('rest');
});

test('the version changes with every change, and an unknown incident is refused', async () => {
  await using dir = await tempDir();
  const files = open(dir.path);
  expect(await files.version()).toBe('');
  const id = await files.declare('ana@a', 1, declared('t'));
  const before = await files.version();
  await files.append(id, 'ana@a', 2, () => [note('x')]);
  expect(await files.version()).not.toBe(before);
  await expect(files.append('INC-9', 'ana@a', 2, () => [note('x')])).rejects.toThrow('no incident INC-9');
  await expect(files.append('../INC-1', 'ana@a', 2, () => [note('x')])).rejects.toThrow('no incident');
});
