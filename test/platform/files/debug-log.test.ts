import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDebugLog } from '../../../src/platform/files/debug-log.ts';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';
import { createOutputSink } from '../../../src/platform/terminal/sink.ts';
import { leaks, secretShapes } from '../../domain/mask/support/secret-shapes.ts';
import { tempDir } from '../../persistence/ledger/entries.ts';
import { longTest } from '../../support/layer.ts';

const masker = createSecretMasker();
masker.add('q7-known-Zr');
const sink = createOutputSink(masker);

const failed = (why: string): void => expect.fail(why);

longTest(
  'a crash report and the debug log hold no secret, no control sequence and no forged line',
  async () => {
    await using dir = await tempDir();
    const path = join(dir.path, 'opsdeck.log');
    const log = openDebugLog(path, sink.text, failed);
    const hostile =
      '\u001b]52;c;AAAA\u0007\u009b2J\u202e\n2026-01-01T00:00:00.000Z 1 forged q7-known-Zr\r2026';
    const reports = secretShapes.map((shape) => {
      const { stack = '' } = new Error(`cannot parse:\n${shape}\n${hostile}`);
      log.write(`crash ${stack}`);
      return sink.text(`opsdeck: internal error\n${stack}`);
    });
    const written = await readFile(path, 'utf8');
    for (const text of [...reports, written]) {
      expect(text).not.toMatch(leaks);
      expect(text).not.toContain('q7-known-Zr');
      expect(text).not.toMatch(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/u);
    }
    const begun = written.split('\n').filter((line) => /^\d{4}-/.test(line));
    expect(begun).toHaveLength(secretShapes.length);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  },
);

test('a link in place of the debug log is not followed', async () => {
  await using dir = await tempDir();
  const target = join(dir.path, 'target');
  await writeFile(target, 'as it was');
  await symlink(target, join(dir.path, 'opsdeck.log'));
  const problems: string[] = [];
  const log = openDebugLog(join(dir.path, 'opsdeck.log'), sink.text, (why) => problems.push(why));
  log.write('crash');
  log.write('again');
  expect(problems).toEqual([expect.stringContaining('ELOOP')]);
  expect(await readFile(target, 'utf8')).toBe('as it was');
});
