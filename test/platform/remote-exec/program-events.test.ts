import { expect, test } from 'vitest';
import type { Program, ProgramEvent } from '../../../src/platform/processes/program.ts';
import {
  collectRemoteEnd,
  limitPassedLines,
  type RemoteOutput,
  remoteProgramEvents,
  requireStarted,
} from '../../../src/platform/remote-exec/remote-exec.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* outputOf(...output: readonly RemoteOutput[]): AsyncGenerator<RemoteOutput> {
  yield* output;
}

const out = (text: string): RemoteOutput => ({ is: 'out', bytes: bytes(text) });
const ended = (status: number): RemoteOutput => ({ is: 'ended', status });

const all = async <T>(items: AsyncIterable<T>): Promise<readonly T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

const program = (more: Partial<Program> = {}): Program => ({ argv: ['check'], ...more });

test('complete lines are reported from both outputs. The end contains both', async () => {
  let now = 5;
  const output = outputOf(out('one\ntw'), { is: 'err', bytes: bytes('warned\n') }, out('o\nthree'), ended(2));
  const events = await all(remoteProgramEvents(output, program(), () => now++));
  expect(events.map((event) => (event.is === 'line' ? event.text : event.end))).toEqual([
    'one',
    'warned',
    'two',
    'three',
    {
      status: 2,
      raw: 'one\ntwo\nthree',
      out: 'one\ntwo\nthree',
      err: 'warned\n',
      cut: false,
      firstOutputMs: 1,
      latencyMs: 2,
    },
  ]);
});

test('bytes are kept unchanged on request; control characters are removed from texts', async () => {
  const {
    raw,
    out: text,
    bytes: kept,
  } = await collectRemoteEnd(
    remoteProgramEvents(
      outputOf(out('a\u001b[31mb\u00e4'), ended(0)),
      program({ keepsBytes: true }),
      () => 0,
    ),
  );
  expect([raw, text]).toEqual(['a\u001b[31mb\u00e4', 'ab\u00e4']);
  expect(Buffer.from(kept ?? [])).toEqual(Buffer.from('a\u001b[31mb\u00e4'));
});

test('a program with endless output is abandoned, and is malformed', async () => {
  let given = 0;
  async function* endless(): AsyncGenerator<RemoteOutput> {
    for (; ; given += 1) yield out('x'.repeat(10));
  }
  const events = remoteProgramEvents(endless(), program({ maxBytes: 20 }), () => 0);
  await expect(collectRemoteEnd(events)).rejects.toMatchObject({
    kind: 'malformed',
    message: 'too much output: opsdeck stopped reading',
    out: 'x'.repeat(20),
  });
  expect(given).toBe(4);
});

test('the recorded output of a program is bounded', async () => {
  async function* talks(): AsyncGenerator<ProgramEvent> {
    for (let nth = 0; nth < 5; nth += 1) yield { is: 'line', text: 'x'.repeat(512 * 1024) };
  }
  const lines = (await all(limitPassedLines(talks()))).map(
    (event) => event.is === 'line' && event.text.slice(0, 8),
  );
  expect(lines).toEqual(['xxxxxxxx', '(output ']);
});

const refused: readonly (readonly [words: string, status: number, kind: string | undefined])[] = [
  [
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "check": executable file not found in $PATH: unknown',
    126,
    'missing',
  ],
  ['exec: "check": executable file not found in $PATH', 127, 'missing'],
  [
    'OCI runtime exec failed: exec failed: unable to start container process: exec: "check": permission denied: unknown',
    126,
    'denied',
  ],
  ["env: can't execute 'check': No such file or directory", 127, 'missing'],
  ['sh: 1: exec: check: not found', 127, 'missing'],
  ['sh: 1: curl: not found', 127, undefined],
  ['/opt/check: line 3: check: command not found', 127, undefined],
  ['/opt/check: 3: exec: java: not found', 127, undefined],
  ['env: java: No such file or directory', 127, undefined],
  ['exec: "check": executable file not found in $PATH', 1, undefined],
];

test.each(refused)('%s, status %i: %s', async (words, status, kind) => {
  const events = remoteProgramEvents(
    outputOf({ is: 'err', bytes: bytes(`${words}\n`) }, ended(status)),
    program(),
    () => 0,
  );
  const end = collectRemoteEnd(requireStarted(events, ['check'], 'in that container'));
  if (kind === undefined) expect(await end).toMatchObject({ status });
  else await expect(end).rejects.toMatchObject({ kind, message: expect.stringContaining('`check`') });
});
