import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openWorkspace, type Workspace } from '../../simulation/workspace.ts';
import { longTest } from '../../support/layer.ts';
import { logProfile } from '../../support/log-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await workspace[Symbol.asyncDispose]();
});

/** Writes log files and a profile that reads them; `more` is appended to the profile. */
const put = async (files: Readonly<Record<string, string>>, more = ''): Promise<void> => {
  for (const [name, text] of Object.entries(files)) await workspace.put(name, text);
  await workspace.put('profiles/dev.yaml', logProfile(Object.keys(files), more));
};

const logs = (...args: readonly string[]) => workspace.run(['logs', '--env', 'dev', ...args]);

const trace = `2026-03-04T10:00:00Z ERROR broken
the caller said no
\tat shop.Billing.pay(Billing.java:7)
	at shop.Web.take(Web.java:9)
2026-03-04T10:00:01Z INFO fine
`;

const objects = (text: string): readonly unknown[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('each physical line is filtered separately', () => {
  test.each([[['--count']], [[]], [['--tail', '9']], [['--since', '2026-03-04T09:00:00Z']]])(
    '--level hides continuation lines without a level: %j',
    async (more) => {
      await put({ 'a.log': trace });
      const { stdout } = await logs('--level', 'error', ...more);
      expect(stdout).toBe(more[0] === '--count' ? '1\n' : '2026-03-04T10:00:00Z ERROR broken\n');
    },
  );

  test('--level hides continuation lines in several streams', async () => {
    await put({ 'a.log': trace, 'b.log': trace });
    expect((await logs('--level', 'error', '--count')).stdout).toBe('2\n');
    expect((await logs('--level', 'error')).stdout.split('\n')).toHaveLength(3);
  });

  test('-A shows the continuation lines', async () => {
    await put({ 'a.log': trace });
    const { stdout } = await logs('--level', 'error', '-A3');
    expect(stdout).toBe(trace.split('\n').slice(0, 4).join('\n').concat('\n'));
  });

  test('-C: a separator stands between groups only, also with --tail', async () => {
    const hits = [1, 2, 3].map((n) => `ERROR ${n}`);
    await put({ 'a.log': hits.map((hit) => `x\nx\n${hit}\nx\nx\n`).join('') });
    const groups = hits.map((hit) => `x\n${hit}\nx\n`);
    for (const [count, expected] of [
      ['1', groups.slice(2)],
      ['2', groups.slice(1)],
      ['all', groups],
    ] as const)
      expect((await logs('--include', 'ERROR', '-C1', '--tail', count)).stdout).toBe(expected.join('--\n'));
  });

  test('--json: a line has the time and level parsed from it, or none', async () => {
    await put({ 'a.log': trace });
    expect(objects((await logs('--json')).stdout)).toMatchObject([
      { at: '2026-03-04T10:00:00.000Z', level: 'error' },
      ...['the caller said no', '\tat shop.Billing.pay(Billing.java:7)'].map((text) => ({
        at: null,
        level: null,
        text,
      })),
      { at: null, level: null },
      { at: '2026-03-04T10:00:01.000Z', level: 'info' },
    ]);
  });
});

longTest("the profile's time zone and levels apply to every search", async () => {
  await put(
    { 'a.log': '2026-03-04 18:59:59 OOPS a\n2026-03-04 19:00:01 fine b\n2026-03-04 19:00:02 OOPS c\n' },
    'logs: { zone: local, levels: { fatal: OOPS } }\n',
  );
  vi.stubEnv('TZ', 'Asia/Tokyo');
  expect((await logs('--since', '2026-03-04T10:00:00Z', '--count')).stdout).toBe('2\n');
  expect((await logs('--until', '2026-03-04T10:00:00Z')).stdout).toBe('2026-03-04 18:59:59 OOPS a\n');
  const json = await logs('--since', '2026-03-04T10:00:00Z', '--level', 'fatal', '--json');
  expect(objects(json.stdout)).toMatchObject([{ at: '2026-03-04T10:00:02.000Z', level: 'fatal' }]);
});

longTest(
  '--until with --tail prints the last matching lines before that time, however many follow',
  async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 2, 4) + second * 1000).toISOString();
    const lines = Array.from(
      { length: 30_000 },
      (_, n) => `${at(n)} INFO ${n % 900 === 7 ? 'rare' : 'x'} ${n}\n`,
    );
    await put({ 'a.log': lines.join('') });
    const questions = ['--until', at(20_000), '--include', 'rare', '--tail', '2'];
    expect((await logs(...questions)).stdout).toBe(`${lines[18_907]}${lines[19_807]}`);
    expect((await logs(...questions, '--count')).stdout).toBe('2\n');
  },
);
