import { describe, expect, test } from 'vitest';
import { framesOf } from '../../../src/sources/docker/logs/frames.ts';
import { linesOf, linesOfFrames } from '../../../src/sources/docker/logs/lines.ts';
import { frame } from '../../../src/world/servers/docker/frame.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const kept: T[] = [];
  for await (const item of items) kept.push(item);
  return kept;
};

const linesIn = (bytes: Uint8Array, stamped = false, size = 65_536) =>
  all(linesOfFrames(framesOf(pieces(bytes, size)), { stamped }));

const raw = (type: number, payload: string, claimed = payload.length): Buffer => {
  const whole = frame(payload, 1);
  whole[0] = type;
  whole.writeUInt32BE(claimed, 4);
  return whole;
};

describe('frames', () => {
  const stream = Buffer.concat([
    frame('grüße\n', 1),
    frame('', 1),
    frame('oh', 2),
    frame('second\nthi', 1),
    frame(' no\n', 2),
    frame('rd', 1),
  ]);

  test('are the same however the stream was cut, at every byte', async () => {
    const expected = ['grüße', 'second', 'oh no', 'third'];
    for (let size = 1; size <= stream.length; size += 1)
      expect(await linesIn(stream, false, size), `${size} bytes at a time`).toEqual(expected);
  });

  test('say which output they are of', async () => {
    const frames = await all(framesOf(pieces(stream, 7)));
    expect(frames.map(({ from, payload }) => `${from} ${payload.length}`)).toEqual([
      'stdout 8',
      'stderr 2',
      'stdout 10',
      'stderr 4',
      'stdout 2',
    ]);
  });

  test('thousands in one chunk, and one in thousands of chunks', async () => {
    const many = Buffer.concat(Array.from({ length: 20_000 }, (_, n) => frame(`${n}\n`, 1)));
    expect((await linesIn(many, false, many.length)).length).toBe(20_000);
    const long = Buffer.concat([frame(`${'x'.repeat(200_000)}\n`, 1), frame('next\n', 2)]);
    expect((await linesIn(long, false, 3)).at(-1)).toBe('next');
  });

  test.each([
    ['no such stream', raw(4, 'x')],
    ['HTML', Buffer.from('<html>Sign in</html>')],
    ['a length that nobody writes', raw(1, '', 0x7fff_ffff)],
    ['bytes that should be zero', Buffer.from([1, 0, 0, 9, 0, 0, 0, 0])],
  ])('what are none are malformed: %s', async (_, bytes) => {
    await expect(linesIn(bytes)).rejects.toMatchObject({ kind: 'malformed' });
  });

  test.each([
    ['a header', frame('whole\n', 1).subarray(0, 5)],
    ['a payload', frame('whole\n', 1).subarray(0, 10)],
  ])('an end within %s is told', async (_, bytes) => {
    await expect(linesIn(bytes)).rejects.toThrow('the stream ends within a frame');
  });

  test('what the daemon itself says in the middle is why it ends', async () => {
    const bytes = Buffer.concat([frame('a line\n', 1), raw(3, 'error from daemon: disk full\x1b[2J')]);
    const told: string[] = [];
    const reading = (async () => {
      for await (const line of linesOfFrames(framesOf(pieces(bytes, 9)), { stamped: false })) told.push(line);
    })();
    await expect(reading).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'error from daemon: disk full',
    });
    expect(told).toEqual(['a line']);
  });
});

describe('lines', () => {
  const stamp = (n: number) => `2026-03-04T10:15:07.00000000${n}Z `;

  test('a long line that the log keeps in pieces is one line again, with one time', async () => {
    const bytes = Buffer.concat([
      frame(`${stamp(1)}${'x'.repeat(16_384)}`, 1),
      frame(`${stamp(2)}meanwhile\n`, 2),
      frame(`${stamp(3)}${'y'.repeat(10)}\n`, 1),
      frame(`${stamp(4)}next\n`, 1),
    ]);
    expect(await linesIn(bytes, true)).toEqual([
      `${stamp(2)}meanwhile`,
      `${stamp(1)}${'x'.repeat(16_384)}${'y'.repeat(10)}`,
      `${stamp(4)}next`,
    ]);
  });

  test('a line of 10 MB is cut and says so; what is cut off is not kept', async () => {
    const long = Buffer.alloc(10 * 1024 * 1024, 'x');
    const cut = `${'x'.repeat(65_536)}… (the line is longer)`;
    // In pieces so small that a line which was kept would be gone through ten thousand times.
    expect(await all(linesOf(pieces(Buffer.concat([long, Buffer.from('\nnext\n')]), 1024)))).toEqual([
      cut,
      'next',
    ]);
    expect(await all(linesOf(pieces(long, 1_000_000)))).toEqual([cut]);
  });

  test('bytes that are no text are no error, and letters that a chunk split are whole', async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0x0a]), Buffer.from('für\n')]);
    for (const size of [1, 2, 5])
      expect(await all(linesOf(pieces(bytes, size)))).toEqual(['\ufffd\ufffd\0', 'für']);
  });

  test('the last line counts without its end, and an empty stream has none', async () => {
    expect(await all(linesOf(pieces(Buffer.from('a\n\nb'), 2)))).toEqual(['a', '', 'b']);
    expect(await all(linesOf(pieces(Buffer.alloc(0), 2)))).toEqual([]);
  });
});
