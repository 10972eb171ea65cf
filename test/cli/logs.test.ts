import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { logProfile } from '../support/log-profile.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace();
});
afterEach(() => workspace[Symbol.asyncDispose]());

/** Writes log files and a profile that reads them; `more` is appended to the profile. */
const put = async (files: Readonly<Record<string, string | Buffer>>, more = ''): Promise<void> => {
  for (const [name, text] of Object.entries(files)) await workspace.put(name, text);
  await workspace.put('profiles/dev.yaml', logProfile(Object.keys(files), more));
};

const logs = (...args: readonly string[]) => workspace.run(['logs', '--env', 'dev', ...args]);

const a = `2026-03-04T10:00:00Z INFO a one
2026-03-04T10:00:02Z ERROR a two
2026-03-04T10:00:04Z WARN a three
`;
const b = '2026-03-04T10:00:01Z INFO b one\n2026-03-04T10:00:03Z ERROR b two\n';

/** A seeded pseudorandom number generator. */
const numbers = (seed: number): ((below: number) => number) => {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % below;
  };
};

/** A malformed log: CRLF, NULs, empty and very long lines, invalid UTF-8, an unterminated last line. */
const badLog = (): Buffer => {
  const below = numbers(7);
  const parts = [
    ...['INFO ok', 'ERROR timeout after 3000 ms', 'WARN slow', 'order=77', '', 'FATAL OutOfMemoryError', 'x'],
    ...['Zähler 注文', 'a\0b ERROR', 'aab', 'timeout'],
  ];
  const lines = Array.from({ length: 60_000 }, (_, index) => {
    const words = Array.from({ length: below(5) }, () => parts[below(parts.length)] ?? '').join(' ');
    const long = index % 20_000 === 19_999 ? 'y'.repeat(300_000) : '';
    return `${words}${long}${below(9) === 0 ? '\r' : ''}`;
  });
  const bytes = Buffer.from(`${lines.join('\n')}\nthe last ERROR has no end`);
  for (let index = 0; index < 50; index++) {
    const position = below(bytes.length);
    if ((bytes[position] ?? 0) > 0x20 && (bytes[position] ?? 0) < 0x7f) bytes[position] = 0xff;
  }
  return bytes;
};

const grepCount = async (file: string, script: string): Promise<number> => {
  const env = { PATH: process.env.PATH ?? '', LC_ALL: 'C' };
  const { stdout } = await promisify(execFile)('sh', ['-c', script, 'sh', join(workspace.home, file)], {
    env,
  });
  return Number(stdout);
};

describe('finds as many lines as grep', () => {
  // opsdeck treats text before a carriage return as the end of a line, and grep does not.
  const grep = 'tr -d \'\\r\\000\' < "$1" | grep -a -E';
  const cases = [
    { name: 'one pattern', args: ['--include', 'ERROR'], script: `${grep} -c 'ERROR'` },
    {
      name: 'either of two patterns',
      args: ['--include', 'ERROR', '--include', '^WARN'],
      script: `${grep} -c 'ERROR|^WARN'`,
    },
    { name: 'an excluded pattern', args: ['--exclude', 'ERROR'], script: `${grep} -v -c 'ERROR'` },
    {
      name: 'included and excluded patterns',
      args: ['--include', 'ERROR|FATAL', '--exclude', 'timeout.*ms$', '--exclude', 'order'],
      script: `${grep} 'ERROR|FATAL' | grep -a -v -c -E 'timeout.*ms$|order'`,
    },
    { name: 'case-insensitive', args: ['--include', 'error', '-i'], script: `${grep} -i -c 'error'` },
    { name: 'empty lines', args: ['--include', '^$'], script: `${grep} -c '^$'` },
    { name: 'the end of a line', args: ['--include', '(ERROR|ms|x)$'], script: `${grep} -c '(ERROR|ms|x)$'` },
    {
      name: 'repetitions',
      args: ['--include', '(a+b|o{2,}|[0-9]{4})'],
      script: `${grep} -c '(a+b|o{2,}|[0-9]{4})'`,
    },
    { name: 'every line', args: [], script: `${grep} -c ''` },
  ];
  test.each(sampled(sampled(cases, everyNth(3)), everyNth(3)))('$name', async ({ args, script }) => {
    await put({ 'bad.log': badLog() });
    const counted = await logs('--count', ...args);
    expect(counted).toMatchObject({ code: 0, stderr: 'opsdeck: profile profiles/dev.yaml\n' });
    expect(Number(counted.stdout)).toBe(await grepCount('bad.log', script));
    const shown = await logs(...args);
    expect(shown.stdout.split('\n').length - 1).toBe(Number(counted.stdout));
  });

  test('prints the same lines as grep where nothing has to be stripped', async () => {
    const text = Array.from(
      { length: 50_000 },
      (_, index) => `${index} ${index % 7 === 0 ? 'ERROR' : 'ok'}\n`,
    ).join('');
    await put({ 'a.log': text });
    const { stdout } = await promisify(execFile)('grep', ['ERROR', join(workspace.home, 'a.log')], {
      maxBuffer: 1e8,
    });
    expect((await logs('--include', 'ERROR')).stdout).toBe(stdout);
  });
});

describe('output', () => {
  test('one stream: prints only the lines, without terminal control sequences', async () => {
    await put({ 'a.log': '\x1b[31mERROR\x1b[0m red\x1b]0;title\x07\r\nplain' });
    expect(await logs()).toMatchObject({
      code: 0,
      stdout: 'ERROR red\nplain\n',
      stderr: 'opsdeck: profile profiles/dev.yaml\n',
    });
    expect((await logs('--include', '^ERROR red$')).stdout).toBe('ERROR red\n');
  });

  longTest('several streams: sorted by time, each line prefixed with its stream', async () => {
    await put({ 'a.log': a, 'b.log': b });
    expect((await logs()).stdout).toBe(
      [
        'a.log  2026-03-04T10:00:00Z INFO a one',
        'b.log  2026-03-04T10:00:01Z INFO b one',
        'a.log  2026-03-04T10:00:02Z ERROR a two',
        'b.log  2026-03-04T10:00:03Z ERROR b two',
        'a.log  2026-03-04T10:00:04Z WARN a three',
        '',
      ].join('\n'),
    );
    expect((await logs('--count')).stdout).toBe('5\n');
  });

  test('--json prints one object per line', async () => {
    await put({
      'a.log': '{"time":"2026-03-04T10:00:00Z","level":"error","msg":"late","order":77}\nwhat is this\n',
    });
    const lines = (await logs('--json')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      at: '2026-03-04T10:00:00.000Z',
      source: 'app',
      stream: expect.stringMatching(/a\.log$/),
      level: 'error',
      message: 'late',
      fields: expect.objectContaining({ order: '77' }),
      text: '{"time":"2026-03-04T10:00:00Z","level":"error","msg":"late","order":77}',
    });
    expect(lines[1]).toMatchObject({
      level: null,
      message: 'what is this',
      fields: {},
      text: 'what is this',
    });
  });

  longTest('--level hides lower levels and lines without a level', async () => {
    await put({ 'a.log': `${a}no level here\n` });
    expect((await logs('--level', 'warn', '--count')).stdout).toBe('2\n');
    expect((await logs('--level', 'error')).stdout).toBe('2026-03-04T10:00:02Z ERROR a two\n');
  });

  longTest('the profile sets the level of a line without one', async () => {
    await put({ 'a.log': 'panic: gone\nfine\n' }, 'logs: { levels: { fatal: "^panic:" } }\n');
    expect((await logs('--level', 'error')).stdout).toBe('panic: gone\n');
    expect(JSON.parse((await logs('--include', 'panic', '--json')).stdout).level).toBe('fatal');
  });

  test('--since and --until select the lines written between them', async () => {
    await put({ 'a.log': a, 'b.log': b });
    const shown = await logs('--since', '2026-03-04T10:00:01Z', '--until', '2026-03-04T10:00:03Z');
    expect(shown.stdout).toBe(
      'b.log  2026-03-04T10:00:01Z INFO b one\na.log  2026-03-04T10:00:02Z ERROR a two\n',
    );
    expect((await logs('--since', '2026-03-04T10:00:02Z', '--count')).stdout).toBe('3\n');
    // The clock is at 10:15:07.
    expect((await logs('--since', '15m5s', '--count')).stdout).toBe('3\n');
    expect((await logs('--since', '15m', '--count')).stdout).toBe('0\n');
  });

  test.each([[[]], [['--records']]])(
    '--since and --until hold where the times of a file go back %j',
    async (more) => {
      const hour = (of: number): string =>
        Array.from({ length: 3600 }, (_, second) => {
          const time = new Date(Date.UTC(2026, 2, 4, of) + second * 1000).toISOString();
          return `${time} INFO of a service that writes one line each second\n`;
        }).join('');
      const hours = (...all: readonly number[]): string => all.map(hour).join('');
      await put({ 'a.log': hours(5, 6, 7, 8, 9) + hours(3, 4, 5, 6, 7) });
      const range = ['--since', '2026-03-04T06:00:00Z', '--until', '2026-03-04T07:00:00Z'];
      const { stdout, stderr } = await logs(...range, '--count', ...more);
      expect([stdout, stderr.includes('not in order')]).toEqual(['7200\n', true]);
    },
  );

  test('--tail counts matching lines, per stream', async () => {
    const lines = Array.from(
      { length: 9000 },
      (_, index) => `${index} ${index % 1000 === 7 ? 'rare' : 'often'}\n`,
    );
    await put({ 'a.log': lines.join('') });
    expect((await logs('--tail', '2')).stdout).toBe('8998 often\n8999 often\n');
    expect((await logs('--tail', '3', '--include', 'rare')).stdout).toBe('6007 rare\n7007 rare\n8007 rare\n');
    expect((await logs('--tail', '99', '--include', 'rare', '--count')).stdout).toBe('9\n');
    expect((await logs('--tail', '0')).stdout).toBe('');
  });

  test('-A, -B and -C print context lines as grep does', async () => {
    const text = Array.from(
      { length: 30 },
      (_, index) => `${index} ${[3, 5, 20].includes(index) ? 'hit' : '-'}\n`,
    ).join('');
    await put({ 'a.log': text });
    const file = join(workspace.home, 'a.log');
    for (const args of [['-A1'], ['-B2'], ['-C1'], ['-B1', '-A3'], ['-C9']]) {
      const { stdout } = await promisify(execFile)('grep', [...args, 'hit', file]);
      expect((await logs(...args, '--include', 'hit')).stdout, args.join(' ')).toBe(stdout);
    }
    expect((await logs('-C1', '--include', 'hit', '--count')).stdout).toBe('3\n');
    expect((await logs('-B1', '--include', 'hit', '--tail', '1')).stdout).toMatch(/(?:^|\n)20 hit\n$/);
  });

  test('a view is combined with the filters of the command line', async () => {
    const views =
      'logs: { views: [{ name: bad, include: "error|fatal", ignoreCase: true, exclude: "b two" }] }\n';
    await put({ 'a.log': a, 'b.log': b }, views);
    expect((await logs('--view', 'bad')).stdout).toBe('a.log  2026-03-04T10:00:02Z ERROR a two\n');
    expect((await logs('--view', 'bad', '--include', 'WARN', '--count')).stdout).toBe('2\n');
    expect((await logs('--view', 'bad', '--exclude', 'a two', '--count')).stdout).toBe('0\n');
  });

  test('masks secrets, and with --share real names too', async () => {
    const text = 'login with s3cr3t-pass at 10.1.2.3\n';
    await put({ 'a.log': text }, 'links: [{ title: a, url: "http://x/?t=${env:PASS}" }]\n');
    const env = { PASS: 's3cr3t-pass' };
    expect((await workspace.run(['logs', '--env', 'dev'], env)).stdout).not.toContain('s3cr3t-pass');
    const shared = await workspace.run(['logs', '--env', 'dev', '--share'], env);
    expect(shared.stdout).toMatch(/^login with .* at \S+\n$/);
    expect(shared.stdout).not.toContain('10.1.2.3');
  });
});

describe('--records', () => {
  const failed = `2026-03-04T10:00:01Z INFO starting
2026-03-04T10:00:02Z ERROR Reporter :

APPLICATION FAILED TO START

Port 8080 was already in use.
2026-03-04T10:00:03Z ERROR psp failed
java.net.ConnectException: Connection refused
\tat a.B.c(B.java:1)
`;
  const other = '2026-03-04T10:00:02Z WARN other\n';

  test('prints a record completely when any of its lines matches, and counts records', async () => {
    await put({ 'a.log': failed });
    const report = failed.split('\n').slice(1, 6).join('\n');
    expect((await logs('--records', '--include', '8080')).stdout).toBe(`${report}\n`);
    expect((await logs('--include', '8080')).stdout).toBe('Port 8080 was already in use.\n');
    expect((await logs('--records', '--level', 'error', '--count')).stdout).toBe('2\n');
    expect((await logs('--records', '--level', 'error', '--exclude', '8080')).stdout).toBe(
      `${failed.split('\n').slice(6, 9).join('\n')}\n`,
    );
    expect((await logs('--records', '--level', 'error', '--tail', '1', '--count')).stdout).toBe('1\n');
  });

  test('context is counted in records', async () => {
    await put({ 'a.log': failed });
    expect((await logs('--records', '--include', 'refused', '-B1')).stdout).toBe(
      failed.split('\n').slice(1).join('\n'),
    );
  });

  test('keeps the lines of a record together when streams are merged', async () => {
    await put({ 'a.log': failed, 'b.log': other });
    const streams = (await logs('--records')).stdout.split('\n').map((line) => line.slice(0, 5));
    expect(streams).toEqual([
      ...Array.from({ length: 6 }, () => 'a.log'),
      'b.log',
      'a.log',
      'a.log',
      'a.log',
      '',
    ]);
  });

  test('--json prints one object per record', async () => {
    await put({ 'a.log': failed });
    const [line, ...others] = (await logs('--records', '--level', 'error', '--json')).stdout
      .trimEnd()
      .split('\n');
    expect(others).toHaveLength(1);
    expect(JSON.parse(line ?? '')).toMatchObject({
      level: 'error',
      text: expect.stringMatching(/Reporter :\n\nAPPLICATION FAILED TO START\n\nPort 8080/),
    });
  });
});

test.each(['--anonymize', '--anonymise'])(
  '%s replaces addresses, people and cards with stable pseudonyms',
  async (flag) => {
    const text =
      'ann@example.org from 10.1.2.3 paid with 4111 1111 1111 1111\nagain 10.1.2.3, and 10.1.2.4\n';
    await put({ 'a.log': text }, 'logs: { anonymise: { names: [Acme] } }\n');
    const { stdout } = await logs(flag);
    expect(stdout).not.toMatch(/ann@|10\.1\.2|4111/);
    const [first = '', second = ''] = stdout.split('\n');
    const alias = /from (\S+) paid/.exec(first)?.[1];
    expect(second).toMatch(new RegExp(`^again ${alias}, and (?!${alias})\\S+$`));
  },
);

describe('errors', () => {
  test('a missing file exits 3. The other files are printed', async () => {
    await put({ 'a.log': a });
    await workspace.put('profiles/dev.yaml', logProfile(['a.log', 'gone.log']));
    const ended = await logs('--include', 'ERROR');
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/ERROR a two\n$/);
    expect(ended.stderr).toMatch(/^opsdeck: app: .*gone\.log.*no such file/m);
    expect(await logs('--count')).toMatchObject({ code: 3, stdout: '3\n' });
  });

  test.each([
    [
      ['--include', 'a(b'],
      /cannot parse --include: invalid regular expression: unterminated group at character 2\n {2}a\(b\n {3}\^/,
    ],
    [
      ['--exclude', 'x{2,1}'],
      /cannot parse --exclude: invalid regular expression: numbers out of order.* at character 6/,
    ],
    [['--view', 'erors'], /unknown view "erors". Did you mean errors\?/],
    [['--source', 'ap'], /unknown source "ap". Did you mean app\?/],
    [['--source', 'web'], /sources of type http have no log lines\. Sources with log lines: app/],
    [['--level', 'eror'], /unknown level "eror" in --level. Did you mean error\?/],
    [['--since', 'yesterday'], /cannot parse --since yesterday: not a time\. Write 15m, 1h30m or/],
    [['--tail', 'few'], /a number of lines/],
    [['--count', '--follow'], /cannot combine --count with --follow/],
    [['--since', '5m', '--until', '1h'], /--until must be later than --since/],
  ])('%j exits 4 with the reason', async (args, why) => {
    const more =
      '  web: { type: http, url: "http://127.0.0.1:1", checks: [{ service: a }] }\nlogs: { views: [{ name: errors }] }\n';
    await put({ 'a.log': a }, more);
    const ended = await logs(...args);
    expect(ended).toMatchObject({ code: 4, stdout: '' });
    expect(ended.stderr).toMatch(why);
  });
});
