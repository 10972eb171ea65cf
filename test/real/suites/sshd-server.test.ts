import { readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { detailOf, underTest } from '../setting.ts';
import { onHost } from '../ssh/client.ts';
import { createKey } from '../ssh/keys.ts';

const server = underTest();
const dir = detailOf(server, 'dir');
const knownBy = (name: string): string => join(dir, name);
const withKnown = (name: string) => onHost(server, 'true', ['-o', `UserKnownHostsFile=${knownBy(name)}`]);

describe('behavior of OpenSSH itself', () => {
  beforeAll(async () => {
    const other = await createKey(dir, 'other', AbortSignal.timeout(10_000));
    const [type, key] = (await readFile(`${other.file}.pub`, 'utf8')).split(' ');
    await writeFile(knownBy('changed'), `[127.0.0.1]:${server.port} ${type} ${key}\n`);
    await writeFile(knownBy('empty'), '');
  });

  test('accepts the right key', async () => {
    expect(await onHost(server, 'id -un')).toEqual({ status: 0, output: `${userInfo().username}\n` });
  });

  test('rejects a changed host key with 255 and a message', async () => {
    expect(await withKnown('changed')).toMatchObject({
      status: 255,
      output: expect.stringMatching(
        /REMOTE HOST IDENTIFICATION HAS CHANGED[\s\S]*Host key verification failed/,
      ),
    });
  });

  test('rejects an unknown host with 255', async () => {
    expect(await withKnown('empty')).toMatchObject({
      status: 255,
      output: expect.stringContaining('No ED25519 host key is known'),
    });
  });

  test('fails with 255 instead of prompting for a password', async () => {
    expect(await onHost(server, 'true', ['-o', 'PubkeyAuthentication=no'])).toMatchObject({
      status: 255,
      output: expect.stringMatching(/Permission denied \(publickey,password/),
    });
  });

  test('a closed port is 255, too', async () => {
    expect(await onHost(server, 'true', ['-o', 'Port=1'])).toMatchObject({
      status: 255,
      output: expect.stringContaining('Connection refused'),
    });
  });

  test('a missing program is 127', async () => {
    expect((await onHost(server, 'no-such-program')).status).toBe(127);
  });
});
