import { expect, test } from 'vitest';
import { type MadeRow, madeLines, stream } from './support/lines.ts';
import { shopWith } from './support/shop-lines.ts';
import { openCockpit, type User } from './support/user.ts';

const streams = [stream(0, 'bus-a'), stream(1, 'bus-b'), stream(2, 'bus-c')];
const stamp = '2026-03-04T10:14:57.036Z';

const failure = (of: number): readonly MadeRow[] => [
  { text: `${stamp} ERROR Application run failed`, ago: 10_000, level: 'error', stream: of },
  { text: 'BindException: port 8080 in use', ago: 10_000, level: 'error', stream: of, kind: 'continuation' },
];

const open = async (keys: string, rows: readonly MadeRow[]): Promise<User> => {
  const lines = madeLines(streams);
  lines.put(...rows);
  const user = await openCockpit({ size: [120, 36], scene: shopWith(lines) });
  await user.press(keys);
  return user;
};

const withText = (user: User, text: string): readonly string[] =>
  user.rows().filter((row) => row.includes(text));

test('equal lines of three streams are one row with a count and a dot per stream; = shows each', async () => {
  const user = await open('8', [...failure(0), ...failure(1), ...failure(2), { text: 'INFO up', stream: 1 }]);
  expect(withText(user, 'run failed')).toHaveLength(1);
  expect(withText(user, 'run failed')[0]).toContain('×3 ●●●');
  expect(withText(user, 'BindException')).toHaveLength(1);
  expect(withText(user, 'lines 1 to 7 of 7')).toHaveLength(1);
  await user.press('=');
  expect(withText(user, 'run failed')).toHaveLength(3);
  expect(withText(user, 'BindException')).toHaveLength(3);
  await user.press('=');
  expect(withText(user, 'run failed')).toHaveLength(1);
});

test('a filter that hides one of the equal lines changes the count, and nothing else', async () => {
  const user = await open('8', [...failure(0), ...failure(1), ...failure(2)]);
  await user.press('up up O');
  expect(withText(user, '×2 ●●')).toHaveLength(1);
  expect(withText(user, 'run failed')).toHaveLength(1);
});

test('% counts the lines by pattern; enter shows the lines of one; % shows all lines again', async () => {
  const user = await open('8 %', [
    { text: `${stamp} INFO order 4711 took 12 ms`, level: 'info', ago: 9000 },
    { text: `${stamp} INFO order 77ab took 9 ms`, level: 'info', ago: 5000, stream: 1 },
    ...failure(2),
  ]);
  const rows = user.rows();
  expect(rows.find((row) => row.includes('LINES'))).toMatch(/LINES +FIRST +LAST +LEVEL PATTERN/);
  expect(withText(user, 'order <*> took <*> ms')[0]).toMatch(/^ +2 +10:14:58\.000 +10:15:02\.000 +INFO/);
  expect(withText(user, 'run failed')[0]).toMatch(/^ +1 +10:14:57/);
  expect(withText(user, '1 continuation lines')).toHaveLength(1);
  await user.press('down enter');
  expect(withText(user, 'order 4711 took 12 ms')).toHaveLength(1);
  expect(withText(user, 'order 77ab took 9 ms')).toHaveLength(1);
  expect(withText(user, 'run failed')).toHaveLength(0);
  await user.press('backspace');
  expect(withText(user, 'run failed')).toHaveLength(1);
});

test('secrets in a pattern are masked', async () => {
  const user = await open('8 %', [{ text: 'INFO login password=hunter2secret ok', level: 'info' }]);
  expect(user.rows().join('\n')).not.toContain('hunter2');
});

test('a high overview counts severe lines by pattern above the newest ones, unless that takes the room of lines', async () => {
  const lines = madeLines(streams);
  const timeouts = Array.from({ length: 60 }, (_, index): MadeRow => {
    const text = `${stamp} ERROR timeout of order 4${index} after ${index} ms`;
    return { text, level: 'error', ago: 10_000, stream: index % 2 };
  });
  lines.put(...timeouts, { text: `${stamp} WARN slow disk`, level: 'warn', stream: 2 }, ...failure(0));
  const user = await openCockpit({ size: [200, 60], scene: shopWith(lines) });
  expect(withText(user, 'Patterns')[0]).toMatch(/Patterns .*3 of 62 lines/);
  expect(withText(user, 'order <*> after <*> ms')[0]).toMatch(/ 60 ✗ timeout of .* 2 streams/);
  expect(withText(user, 'slow disk')[0]).toMatch(/ 1 ▲ slow disk .*bus-c/);
  expect(withText(user, 'timeout of order 459 after')).toHaveLength(1);

  const some = madeLines(streams);
  some.put(...timeouts.slice(0, 40));
  const full = await openCockpit({ size: [200, 60], scene: shopWith(some) });
  expect(withText(full, 'Patterns')).toEqual([]);
  expect(withText(full, 'timeout of order')).toHaveLength(40);

  const few = madeLines(streams);
  few.put(...timeouts.slice(0, 5));
  const roomy = await openCockpit({ size: [200, 60], scene: shopWith(few) });
  expect(withText(roomy, 'Patterns')).toHaveLength(1);
  expect(withText(roomy, 'timeout of order 4')).toHaveLength(5);
});

test('the overview shows the newest lines by their own time, and patterns that read the same as one', async () => {
  const lines = madeLines(streams);
  const line = (ago: number, stream: number, logger: string): MadeRow => ({
    text: JSON.stringify({ level: 'warn', logger, msg: 'slow disk', n: ago }),
    level: 'warn',
    ago,
    stream,
  });
  // The third stream joined late: its lines come after newer ones.
  lines.put(
    line(9_000, 0, 'a.Disk'),
    line(3_000, 1, 'b.Disk'),
    line(8_000, 2, 'a.Disk'),
    line(7_000, 2, 'c.Disk'),
  );
  const user = await openCockpit({ size: [200, 60], scene: shopWith(lines) });
  const patterns = withText(user, 'slow disk').filter((row) => row.includes('streams'));
  expect(patterns).toHaveLength(1);
  expect(patterns[0]).toMatch(/ 4 ▲ slow disk .* 3 streams/);
  const shown = withText(user, 'slow disk').flatMap((row) => row.match(/bus-[abc]/g) ?? []);
  expect(shown).toEqual(['bus-a', 'bus-c', 'bus-c', 'bus-b']);
});
