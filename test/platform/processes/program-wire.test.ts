import { expect, test } from 'vitest';
import { openProgramWire } from '../../../src/platform/processes/program-wire.ts';
import { WireError } from '../../../src/platform/runtime/wire-error.ts';

const wireOf = (script: string) =>
  openProgramWire(
    {
      program: { argv: ['sh', '-c', script] },
      isOpen: (line) => line === 'open',
      isWord: () => true,
      failure: (text, wasOpen) => new WireError('unreachable', `${wasOpen ? 'lost' : 'not opened'}: ${text}`),
    },
    new AbortController().signal,
  );

test('a program that ends closes its connection after the last byte, also for one who only waits for the close', async () => {
  const wire = await wireOf('echo open >&2; printf answer');
  let text = '';
  wire.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  await new Promise<void>((resolve) => wire.once('close', () => resolve()));
  expect(text).toBe('answer');
});

test('a program that fails after the connection was open destroys it with the reason', async () => {
  const wire = await wireOf('echo open >&2; echo "host is gone" >&2; exit 3');
  wire.resume();
  const error = await new Promise((resolve) => wire.once('error', resolve));
  expect(error).toMatchObject({ kind: 'unreachable', message: expect.stringContaining('host is gone') });
});
