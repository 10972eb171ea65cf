import { expect, test } from 'vitest';
import {
  parseExecStatus,
  readExecOutput,
} from '../../../../src/sources/kubernetes/operations/exec/exec-session.ts';

const failure = (reason: string, message: string, causes: readonly object[] = []) =>
  JSON.stringify({ status: 'Failure', reason, message, details: { causes } });

test.each([
  ['{"metadata":{},"status":"Success"}', { code: 0, words: 'exited with status 0' }],
  [
    failure('NonZeroExitCode', 'command terminated', [{ reason: 'ExitCode', message: '137' }]),
    { code: 137, words: 'exited with status 137' },
  ],
  [
    failure('InternalError', 'error executing command in container: no such file'),
    { words: 'error executing command in container: no such file' },
  ],
  ['not json', { words: 'the exit status of the program is unknown: not json' }],
])('%s', (message, end) => {
  expect(parseExecStatus(message)).toEqual({ is: 'ended', ...end });
});

const frames = (...messages: readonly (readonly [number, string | Uint8Array])[]) => ({
  protocol: 'v5.channel.k8s.io',
  send: async () => {},
  close: () => {},
  messages: (async function* () {
    for (const [channel, data] of messages) yield Buffer.concat([Buffer.from([channel]), Buffer.from(data)]);
  })(),
});

const all = async (wire: ReturnType<typeof frames>) => {
  const lines: string[] = [];
  for await (const execOutput of readExecOutput(wire))
    lines.push(execOutput.is === 'line' ? execOutput.text : `= ${execOutput.words}`);
  return lines;
};

test('lines of both outputs, each assembled from its own chunks; split characters are complete', async () => {
  const first = Buffer.from('é').subarray(0, 1);
  const second = Buffer.from('é').subarray(1);
  expect(
    await all(
      frames(
        [1, 'one\ntw'],
        [2, 'wo'],
        [1, 'o\n'],
        [2, 'rse\n'],
        [1, first],
        [1, second],
        [1, '\u001b[31mred\u001b[0m'],
        [3, '{"status":"Success"}'],
      ),
    ),
  ).toEqual(['one', 'two', 'worse', 'éred', '= exited with status 0']);
});

test('a connection closed before the exit status is not a success', async () => {
  expect(await all(frames([1, 'one\n']))).toEqual([
    'one',
    '= the connection was closed before the exit status arrived: check whether the program still runs in the pod',
  ]);
});

test('only the beginning of very large output is returned', async () => {
  const lines = await all(frames([1, 'x\n'.repeat(5000)], [3, '{"status":"Success"}']));
  expect(lines).toHaveLength(2002);
  expect(lines.slice(-2)).toEqual(['(output truncated)', '= exited with status 0']);
});
