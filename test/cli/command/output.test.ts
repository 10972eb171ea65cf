import { PassThrough } from 'node:stream';
import { beforeEach, describe, expect, it } from 'vitest';
import { createOutput, type Output } from '../../../src/cli/command/output.ts';
import { createSecretMasker } from '../../../src/platform/masking/secrets.ts';

let stdout: PassThrough;
let output: Output;

beforeEach(() => {
  stdout = new PassThrough();
  const streams = { stdout, stderr: new PassThrough() } as unknown as Parameters<typeof createOutput>[1];
  output = createOutput(createSecretMasker(), streams);
});

const failWith = async (code: string): Promise<void> => {
  stdout.destroy(Object.assign(new Error(`write ${code}`), { code }));
  await new Promise((resolve) => output.closed.addEventListener('abort', resolve));
};

describe('output that cannot be written', () => {
  // ECONNRESET: the kernel's answer to about one in 10,000 writes during which the reader closes with bytes left to read.
  it.each(['EPIPE', 'ECONNRESET'])(
    'is not a failure when the reader has closed the pipe (%s)',
    async (code) => {
      await failWith(code);
      output.line('more');
      expect(await output.flush()).toBeUndefined();
    },
  );

  it('is a failure for any other reason', async () => {
    await failWith('ENOSPC');
    expect(await output.flush()).toBe('write ENOSPC');
  });
});
