import { Readable } from 'node:stream';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { openHttp } from '../../../src/platform/network/http.ts';
import { readBody } from '../../../src/platform/network/http-body.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { longTest, rounds } from '../../support/layer.ts';
import { startHostileServer } from '../../support/start-hostile.ts';

const bodyOf = (count: number, chunk: string): Readable => {
  let left = count;
  return new Readable({
    read() {
      left -= 1;
      this.push(left < 0 ? null : Buffer.from(chunk));
    },
  });
};

longTest('a body of many short lines, each in a chunk of its own, is read', async () => {
  const line = 'metric{label="value"} 1\n';
  expect((await readBody(bodyOf(30_000, line), '')).body).toBe(line.repeat(30_000));
});

longTest('a body of very many tiny chunks is refused', async () => {
  await expect(readBody(bodyOf(30_000, 'x'), '')).rejects.toThrow(
    'the response arrives in too many tiny chunks, so opsdeck stopped reading',
  );
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
])('a %s archive of more than the limit is refused, with the limit', async (encoding, pack) => {
  const packed = pack(Buffer.alloc(16 * 1024 * 1024, '0'));
  await expect(readBody(Readable.from([packed]), encoding)).rejects.toThrow(
    'the response is larger than 8 MiB, so opsdeck stopped reading',
  );
});

longTest(
  'long responses are complete, also where their servers close the connections behind them',
  async () => {
    await using server = await startHostileServer();
    const http = openHttp(systemClock());
    const request = { method: 'GET', url: `${server.url}/components` };
    const answers = await Promise.all(
      Array.from({ length: rounds(12, 0.25) }, () => http.request(request, new AbortController().signal)),
    );
    expect(new Set(answers.map(({ text }) => text.length))).toEqual(new Set([answers[0]?.text.length]));
    expect(answers[0]?.json()).toEqual(JSON.parse(answers[0]?.text ?? ''));
    await http.close();
  },
);
