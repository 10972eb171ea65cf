import { describe, expect, test } from 'vitest';
import { streamFrame } from '../../../src/simulator/servers/docker/daemon-request.ts';
import { frameLines, parseFrames, stripInnerTimestamps } from '../../../src/sources/docker/daemon/frames.ts';
import { longTest } from '../../support/layer.ts';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < bytes.length; index += size) yield bytes.subarray(index, index + size);
}

const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const kept: T[] = [];
  for await (const item of items) kept.push(item);
  return kept;
};

const linesIn = (bytes: Uint8Array, stamped = false, size = 65_536) =>
  all(frameLines(parseFrames(pieces(bytes, size)), { stamped }));

const raw = (type: number, payload: string, claimed = payload.length): Buffer => {
  const whole = streamFrame(payload, 1);
  whole[0] = type;
  whole.writeUInt32BE(claimed, 4);
  return whole;
};

describe('frames', () => {
  const stream = Buffer.concat([
    streamFrame('grüße\n', 1),
    streamFrame('', 1),
    streamFrame('oh', 2),
    streamFrame('second\nthi', 1),
    streamFrame(' no\n', 2),
    streamFrame('rd', 1),
  ]);

  test('are the same for a stream split at any byte', async () => {
    const expected = ['grüße', 'second', 'oh no', 'third'];
    for (let size = 1; size <= stream.length; size += 1)
      expect(await linesIn(stream, false, size), `${size} bytes at a time`).toEqual(expected);
  });

  test('have their output stream', async () => {
    const frames = await all(parseFrames(pieces(stream, 7)));
    expect(frames.map(({ stream: from, payload }) => `${from} ${payload.length}`)).toEqual([
      'stdout 8',
      'stderr 2',
      'stdout 10',
      'stderr 4',
      'stdout 2',
    ]);
  });

  longTest('work with thousands in one chunk, and one in thousands of chunks', async () => {
    const many = Buffer.concat(Array.from({ length: 20_000 }, (_, n) => streamFrame(`${n}\n`, 1)));
    expect((await linesIn(many, false, many.length)).length).toBe(20_000);
    const long = Buffer.concat([streamFrame(`${'x'.repeat(200_000)}\n`, 1), streamFrame('next\n', 2)]);
    expect((await linesIn(long, false, 3)).at(-1)).toBe('next');
  });

  test('a long one is handed on in parts as it arrives, and only its begin may be a timestamp', async () => {
    const part = 64 * 1024;
    const stamp = '2026-03-04T09:00:00.000000000Z ';
    const begin = `${stamp}${'x'.repeat(part - stamp.length)}`;
    const long = streamFrame(`${begin}${stamp}rest\n`, 1);
    const taken: number[] = [];
    const reading = (async () => {
      for await (const { payload, isRest } of parseFrames(pieces(long.subarray(0, 8 + part + 10), 1000)))
        taken.push(isRest === true ? -payload.length : payload.length);
    })();
    await expect(reading).rejects.toThrow(
      'the log stream ended in the middle of a line: the last line may be missing',
    );
    expect(taken).toEqual([part]);
    expect((await all(parseFrames(pieces(long, 1000)))).map(({ isRest }) => isRest)).toEqual([
      undefined,
      true,
    ]);
    expect(await linesIn(long, true)).toEqual([`${begin}${stamp}rest`]);
  });

  test.each([
    ['an unknown stream', raw(4, 'x')],
    ['HTML', Buffer.from('<html>Sign in</html>')],
    ['an implausible length', raw(1, '', 0x7fff_ffff)],
    ['nonzero padding', Buffer.from([1, 0, 0, 9, 0, 0, 0, 0])],
  ])('invalid data is malformed: %s', async (_, bytes) => {
    await expect(linesIn(bytes)).rejects.toMatchObject({ kind: 'malformed' });
  });

  test.each([
    ['a header', streamFrame('whole\n', 1).subarray(0, 5)],
    ['a payload', streamFrame('whole\n', 1).subarray(0, 10)],
  ])('an end within %s is reported', async (_, bytes) => {
    await expect(linesIn(bytes)).rejects.toThrow(
      'the log stream ended in the middle of a line: the last line may be missing',
    );
  });

  test('an error frame of the daemon is the reason of the end', async () => {
    const bytes = Buffer.concat([streamFrame('a line\n', 1), raw(3, 'error from daemon: disk full\x1b[2J')]);
    const lines: string[] = [];
    const reading = (async () => {
      for await (const line of frameLines(parseFrames(pieces(bytes, 9)), { stamped: false }))
        lines.push(line);
    })();
    await expect(reading).rejects.toMatchObject({
      kind: 'unreachable',
      message: 'error from daemon: disk full',
    });
    expect(lines).toEqual(['a line']);
  });
});

describe('lines', () => {
  const stamp = (n: number) => `2026-03-04T10:15:07.00000000${n}Z `;

  test('a long line stored in pieces is one line again, with one timestamp', async () => {
    const bytes = Buffer.concat([
      streamFrame(`${stamp(1)}${'x'.repeat(16_384)}`, 1),
      streamFrame(`${stamp(2)}meanwhile\n`, 2),
      streamFrame(`${stamp(3)}${'y'.repeat(10)}\n`, 1),
      streamFrame(`${stamp(4)}next\n`, 1),
    ]);
    expect(await linesIn(bytes, true)).toEqual([
      `${stamp(2)}meanwhile`,
      `${stamp(1)}${'x'.repeat(16_384)}${'y'.repeat(10)}`,
      `${stamp(4)}next`,
    ]);
  });

  test('for a terminal as well; a timestamp in the text stays', () => {
    const piece = 'x'.repeat(16_384);
    expect(stripInnerTimestamps(`${stamp(1)}${piece}${stamp(2)}${piece}${stamp(3)}end`)).toBe(
      `${stamp(1)}${piece}${piece}end`,
    );
    const wide = 'é'.repeat(8192);
    expect(stripInnerTimestamps(`${stamp(1)}${wide}${stamp(2)}é`)).toBe(`${stamp(1)}${wide}é`);
    const own = `${stamp(1)}${'x'.repeat(20_000)}${stamp(2)}end`;
    expect(stripInnerTimestamps(own)).toBe(own);
    const short = `${stamp(1)}at ${stamp(2)}it began`;
    expect(stripInnerTimestamps(short)).toBe(short);
  });
});
