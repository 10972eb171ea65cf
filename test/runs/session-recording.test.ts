import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openChangeIo } from '../../src/doors/change-io.ts';
import { createRecordingFile } from '../../src/platform/files/recording-file.ts';
import { createSecretMasker } from '../../src/platform/masking/secrets.ts';
import type { InteractiveTerminal } from '../../src/platform/terminal/interactive-terminal.ts';
import { createOutputMasker } from '../../src/runs/sent/session-cast.ts';
import { createSessionRecorder } from '../../src/runs/sent/session-recording.ts';
import { manualClock } from '../support/manual-clock.ts';
import { scratchDir } from '../support/scratch-dir.ts';

const secret = 'correct-horse-battery';
const secrets = createSecretMasker();
secrets.add(secret);

/** The recorded text of output that arrives in these pieces. */
const recorded = (pieces: readonly string[]): string => {
  const masker = createOutputMasker(secrets.outgoing);
  return [...pieces.map(masker.add), masker.end()].join('');
};

describe('the masking of a recording', () => {
  test('text without secrets is kept byte for byte, with its control sequences', () => {
    const text = '\u001b[32mshop=>\u001b[0m select 1;\r\n\u001b[?25l 1\r\n\r\nshop=> ';
    for (const size of [1, 3, 1000])
      expect(recorded(text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [])).toBe(text);
  });

  test('a secret is masked however the output is cut into pieces', () => {
    const text = `connecting\r\n\u001b[1mDSN=postgres://ops:${secret}@db\u001b[0m\r\nready\r\n`;
    for (let index = 1; index < text.length; index += 1) {
      const shown = recorded([text.slice(0, index), text.slice(index)]);
      expect(shown).not.toContain(secret);
      expect(shown).toMatch(/^connecting\r\n.*masked.*\r\nready\r\n$/);
    }
    expect(recorded([...text])).not.toContain(secret);
  });

  test.each([
    ['with colors inside', `correct-\u001b[31mhorse\u001b[0m-battery\r\n`],
    ['with corrections of the line editor', `correct-house\b\b\b\u001b[Krse-battery\r\n`],
    ['with an erased letter', `correct-x\b \bhorse-battery\r\n`],
    ['across the right edge of the line editor', `correct-horse \r-battery\r\n`],
    ['without a line end', `Password: correct-horse-battery`],
    ['by the word before it', `password=hunter2-unknown\r\n`],
  ])('a secret is masked %s', (_, text) => {
    for (const shown of [recorded([text]), recorded([...text])]) {
      expect(shown).not.toMatch(/horse|house|hunter2/);
      expect(shown).toContain('masked');
    }
  });

  test('a private key is masked from its first to its last line', () => {
    const text = `cat key\r\n-----BEGIN EC PRIVATE KEY-----\r\nMHcCAQEEIAbc\r\nZzZ\r\n-----END EC PRIVATE KEY-----\r\n$ \r\n`;
    for (const pieces of [[text], [...text]])
      expect(recorded(pieces)).toBe('cat key\r\n…masked (private key)\r\n$ \r\n');
  });

  test('a program that fills the screen without lines is written in parts, and no secret at a cut', () => {
    const masker = createOutputMasker(secrets.outgoing);
    const filler = 'x'.repeat(16_000);
    const parts = [masker.add(filler), masker.add(`${'y'.repeat(380)}${secret.slice(0, 9)}`)];
    expect(parts.join('').length).toBeGreaterThan(0);
    const whole = [...parts, masker.add(secret.slice(9)), masker.end()].join('');
    expect(whole).not.toContain(secret.slice(9));
    expect(whole).toContain('x'.repeat(15_000));
  });
});

const scratch = (): string => {
  const dir = mkdtempSync(join(scratchDir(), 'opsdeck-recording-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
};

/** A terminal without a screen, whose program shows these texts. */
const terminalOf = (shown: string[], output: readonly string[], unread?: string) => {
  let resized = (): void => {};
  let columns = 100;
  const terminal: InteractiveTerminal = {
    size: () => ({ columns, rows: 30 }),
    onResize: (listener) => {
      resized = listener;
    },
    onInput: () => {},
    write: (bytes) => void shown.push(Buffer.from(bytes).toString('utf8')),
    run: async (_program, _signal, seen) => {
      for (const text of output) if (unread === undefined) seen(Buffer.from(text));
      return { status: 0, ...(unread === undefined ? {} : { unread }) };
    },
  };
  return {
    terminal,
    resize: (to: number) => {
      columns = to;
      resized();
    },
  };
};

const { signal } = new AbortController();
const request = {
  to: { host: 'db', port: 1 },
  files: {},
  program: () => ({ argv: ['psql'], env: {} }),
  typed: 'psql',
  greeting: 'psql at db\r\n',
};

const stage = (output: readonly string[], unread?: string) => {
  const clock = manualClock();
  const dir = join(scratch(), 'recordings');
  const shown: string[] = [];
  const { terminal, resize } = terminalOf(shown, output, unread);
  const sessions = createSessionRecorder(
    { open: (name) => createRecordingFile(dir, name), mask: secrets.outgoing },
    'run-1',
  );
  const change = sessions.watching(
    openChangeIo(clock, { lendTerminal: (use) => use(terminal) }),
    'Console of pg',
  );
  const lines = (): readonly unknown[] =>
    readFileSync(join(dir, 'run-1-1.cast'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  return { clock, dir, shown, resize, sessions, change, lines };
};

test('a shell is an asciicast file of mode 0600 with its times and sizes. The terminal shows everything', async () => {
  const { clock, dir, shown, resize, sessions, change, lines } = stage([]);
  await change.interact?.(async (terminal) => {
    terminal.write('# echo hi\r\nhi\r\n');
    await clock.advance(1500);
    resize(120);
    terminal.write(`# echo ${secret}\r\n`);
    terminal.write('# ');
  });
  const [header, ...events] = lines();
  expect(header).toMatchObject({ version: 2, width: 100, height: 30, title: 'Console of pg' });
  expect(events).toEqual([
    [0, 'o', '# echo hi\r\nhi\r\n'],
    [1.5, 'r', '120x30'],
    [1.5, 'o', expect.stringMatching(/^# echo .*masked\r\n$/)],
    [1.5, 'o', '# '],
  ]);
  expect(shown.join('')).toContain(secret);
  expect(sessions.list()).toEqual([{ file: join(dir, 'run-1-1.cast') }]);
  expect(statSync(join(dir, 'run-1-1.cast')).mode & 0o777).toBe(0o600);
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test('a console is recorded as its program shows it, and the result reaches the operation', async () => {
  const { sessions, change, lines } = stage(['sho', 'p=> \\q\r\n']);
  const seen: string[] = [];
  const result = await change.openConsole?.(
    { ...request, seen: (bytes) => void seen.push(Buffer.from(bytes).toString('utf8')) },
    signal,
  );
  expect(result).toEqual({ status: 0 });
  expect(seen.join('')).toBe('shop=> \\q\r\n');
  expect(lines().slice(1)).toEqual([[0, 'o', 'shop=> \\q\r\n']]);
  expect(sessions.list()).toHaveLength(1);
});

test('output that cannot be read leaves no file, and the reason', async () => {
  const { dir, sessions, change } = stage([], 'program "script" not found');
  await change.openConsole?.(request, signal);
  expect(sessions.list()).toEqual([{ problem: 'program "script" not found' }]);
  expect(() => statSync(join(dir, 'run-1-1.cast'))).toThrow('ENOENT');
});

test('a recording that cannot be written does not stop the session, and says why', async () => {
  const { dir, shown, sessions, change } = stage([]);
  await createRecordingFile(dir, 'run-1-1.cast').then((file) => file.close());
  await change.interact?.(async (terminal) => terminal.write('still here'));
  expect(shown).toEqual(['still here']);
  expect(sessions.list()).toEqual([{ problem: expect.stringContaining('run-1-1.cast: ') }]);
});

test('a recording ends at its limit, with whole lines', async () => {
  const dir = scratch();
  const file = await createRecordingFile(dir, 'long.cast', 20);
  for (const line of ['0123456789\n', '01234567\n', 'too long\n', 'x\n']) file.write(line);
  await expect(file.close()).rejects.toThrow('the recording has ended at the limit of 0 MiB');
  expect(readFileSync(join(dir, 'long.cast'), 'utf8')).toBe('0123456789\n01234567\n');
});
