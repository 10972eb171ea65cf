import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { openReadIo } from '../../src/doors/read-io.ts';
import type { ProgramBytes } from '../../src/platform/processes/program.ts';
import { systemClock } from '../../src/platform/runtime/clock.ts';
import { longTest } from '../support/layer.ts';

const never = new AbortController().signal;
const script = (text: string) => ({ argv: [process.execPath, '-e', text] });

test('yields the bytes of stdout, the lines of stderr, and the exit status', async () => {
  const io = openReadIo(systemClock());
  const events: ProgramBytes[] = [];
  const text =
    'process.stdout.write(Buffer.from([0x61, 0, 0xff, 0x0d, 0x0a])); console.error("oh"); process.exitCode = 3';
  for await (const event of io.followBytes(script(text), never)) events.push(event);
  const out = events.flatMap((event) => (event.is === 'out' ? [event.bytes] : []));
  expect(Buffer.concat(out)).toEqual(Buffer.from([0x61, 0, 0xff, 0x0d, 0x0a]));
  expect(events).toContainEqual({ is: 'err', text: 'oh' });
  expect(events.at(-1)).toMatchObject({ is: 'ended', end: { status: 3 } });
  await io.close();
});

longTest('a slow reader blocks the program and loses nothing', async () => {
  const io = openReadIo(systemClock());
  const clock = systemClock();
  const text =
    'const b = Buffer.alloc(1 << 20, "x"); for (let n = 0; n < 24; n++) require("fs").writeSync(1, b)';
  const hash = createHash('sha1');
  let size = 0;
  let most = 0;
  for await (const event of io.followBytes(script(text), never)) {
    if (event.is !== 'out') continue;
    size += event.bytes.length;
    hash.update(event.bytes);
    most = Math.max(most, event.bytes.length);
    if (size < 3 << 20) await clock.sleep(20);
  }
  expect(size).toBe(24 << 20);
  expect(hash.digest('hex')).toBe(
    createHash('sha1')
      .update(Buffer.alloc(24 << 20, 'x'))
      .digest('hex'),
  );
  await io.close();
});

test('the signal ends the program', async () => {
  const stop = new AbortController();
  const io = openReadIo(systemClock());
  const read = async (): Promise<void> => {
    for await (const _ of io.followBytes(
      script('console.log("on"); setInterval(() => {}, 1000)'),
      stop.signal,
    ))
      stop.abort();
  };
  await expect(read()).rejects.toMatchObject({ name: 'ProgramError', kind: 'cancelled' });
  await io.close();
});
