import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { secret } from '../../contract/wired.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { oneStep, openActing } from '../acting.ts';
import { user } from '../servers/passwords.ts';
import { underTest } from '../setting.ts';

const server = underTest();

const openStage = async () => {
  const stateDir = mkdtempSync(join(scratchDir(), 'opsdeck-heap-'));
  onTestFinished(() => rmSync(stateDir, { recursive: true, force: true }));
  const acting = await openActing(
    'shop',
    'actuator',
    {
      service: 'shop',
      url: `http://127.0.0.1:${server.port}/actuator`,
      auth: { basic: { user, password: secret } },
    },
    { stateDir },
  );
  onTestFinished(() => acting[Symbol.asyncDispose]());
  return { acting, stateDir };
};

/** The tags of an HPROF file. Source: OpenJDK, hprof_b_spec.h. */
const stringTag = 0x01;
const loadClassTag = 0x02;
const heapDumpTags: readonly number[] = [0x0c, 0x1c];
const heapDumpEndTag = 0x2c;

/** Walks the records of a dump: the number of each tag. Throws when a record ends beyond the file. */
const recordsOf = (bytes: Buffer): ReadonlyMap<number, number> => {
  const counts = new Map<number, number>();
  // The format as text up to a zero, the size of an id in 4 bytes, the time in 8.
  let index = bytes.indexOf(0) + 1 + 4 + 8;
  while (index < bytes.length) {
    const tag = bytes.readUInt8(index);
    // The tag, the time in 4 bytes, the length in 4.
    index += 9 + bytes.readUInt32BE(index + 5);
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  if (index !== bytes.length)
    throw new Error(`the last record ends at ${index}, the file at ${bytes.length}`);
  return counts;
};

test('the dump of the JVM is a whole HPROF file that only its owner may read, with the checksum of the ledger', async () => {
  const { acting, stateDir } = await openStage();
  const book = oneStep('shop.heapDump', {}, 'none');
  const { proposal, events, ended } = await acting.run(book);
  expect(proposal).toMatchObject({ danger: 'disruptive' });
  const objects = proposal.steps[0]?.plan?.objects.join('\n') ?? '';
  expect(objects).toMatch(/the heap now uses [\d.]+ MiB. Every thread of the JVM pauses/);
  expect(objects).toContain('passwords and personal data: delete the file after use');
  expect(ended).toMatchObject({ ending: 'recovered', why: expect.stringContaining('no verification') });
  const [name = '', ...others] = readdirSync(stateDir).filter((one) => one.startsWith('heap-dump'));
  expect(others).toEqual([]);
  expect(name).toMatch(/^heap-dump-shop-\d{8}T\d{6}Z\.hprof$/);
  const file = join(stateDir, name);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const bytes = readFileSync(file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const acted = events.find(({ event }) => event === 'acted');
  expect(acted).toMatchObject({ ok: true, result: expect.stringContaining(`HPROF, sha256 ${sha256}`) });
  expect(bytes.subarray(0, 18).toString('latin1')).toBe('JAVA PROFILE 1.0.2');
  const records = recordsOf(bytes);
  expect(records.get(stringTag)).toBeGreaterThan(1000);
  expect(records.get(loadClassTag)).toBeGreaterThan(1000);
  expect(heapDumpTags.some((tag) => records.has(tag))).toBe(true);
  expect(records.get(heapDumpEndTag)).toBe(1);
  // Its own classes and its resilience4j are in it.
  expect(bytes.includes('io/github/resilience4j')).toBe(true);
  expect(await acting.ledgerHolds()).toBe(true);
});

test('a dump larger than its limit is not kept', async () => {
  const { acting, stateDir } = await openStage();
  const { ended, events } = await acting.run(oneStep('shop.heapDump', { maxBytes: 100_000 }, []));
  expect(ended).toMatchObject({ ending: 'failed' });
  expect(events.find(({ event }) => event === 'acted')).toMatchObject({
    ok: false,
    result: expect.stringMatching(/the limit maxBytes of 98 KiB.*Nothing was saved/),
  });
  expect(readdirSync(stateDir).filter((text) => text.includes('heap-dump'))).toEqual([]);
});
