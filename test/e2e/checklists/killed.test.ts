import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { checklistFile } from '../../../src/persistence/checklists/checklist-file.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';

const program = new URL('./appender.ts', import.meta.url).pathname;
const scope = { system: 'shop', env: 'production', isDrill: false };

const appender = (dir: string, who: string, count: number): ChildProcess =>
  spawn(process.execPath, [program, dir, who, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });

const itemsOf = async (dir: string, who: string): Promise<readonly string[]> => {
  const { records } = await checklistFile(dir, (text) => text).read(scope);
  return records.flatMap((record) => (record.who === who && record.is !== 'end' ? [record.item] : []));
};

test('of three processes one is killed while it writes: every acknowledged tick is read once', async () => {
  await using dir = await tempDir();
  const each = await Promise.all(
    ['ana', 'ben', 'cyd'].map(async (who, index) => {
      const child = appender(dir.path, who, 30);
      const exit = once(child, 'exit');
      if (child.stdout === null) throw new Error('no stdout');
      let acknowledged = 0;
      for await (const line of createInterface(child.stdout)) {
        acknowledged = Number(line);
        if (index === 0 && acknowledged === 5) child.kill('SIGKILL');
      }
      return { who, acknowledged, exit: await exit };
    }),
  );
  for (const [index, { who, acknowledged, exit }] of each.entries()) {
    expect(exit).toEqual(index === 0 ? [null, 'SIGKILL'] : [0, null]);
    const stored = await itemsOf(dir.path, who);
    expect(stored).toEqual(Array.from({ length: stored.length }, (_, n) => `item-${n + 1}`));
    expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
    if (index > 0) expect(stored).toHaveLength(30);
  }
});

test('a process killed in the middle of a line leaves the next tick readable, also for one that reads on', async () => {
  await using dir = await tempDir();
  const reader = checklistFile(dir.path, (text) => text);
  await once(appender(dir.path, 'ana', 2), 'exit');
  expect((await reader.read(scope)).records).toHaveLength(2);
  await appendFile(reader.path, '{"opsdeck":1,"system":"shop","env":"produc');
  const torn = await reader.read(scope);
  expect(torn.records).toHaveLength(2);
  expect(torn.problem).toContain('1 of 3 lines cannot be parsed');
  await once(appender(dir.path, 'ben', 1), 'exit');
  const after = await reader.read(scope);
  expect(after.records).toHaveLength(3);
  expect(after.problem).toContain('1 of 4 lines cannot be parsed');
});
