import { createReadStream } from 'node:fs';
import { copyFile, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../machine/command.ts';
import { askEngine } from './engine.ts';

/** The image of the suites' containers; it contains only busybox. */
export const shopImage = 'opsdeck-shop:1.0';

/** Imports a root file system (tar) as an image, without a registry. */
export const importImage = async (socket: string, tar: string, name: string): Promise<void> => {
  const [repo = '', tag = 'latest'] = name.split(':');
  await askEngine(socket, 'POST', `/images/create?fromSrc=-&repo=${repo}&tag=${tag}`, createReadStream(tar));
};

/** Packs the machine's static busybox as a root file system; returns the path of the tar. */
export const packBusybox = async (dir: string, signal: AbortSignal): Promise<string> => {
  const busybox = await find('busybox');
  if (busybox === undefined) throw new Error('busybox is not installed');
  const root = join(dir, 'busybox');
  for (const name of ['bin', 'etc', 'tmp']) await mkdir(join(root, name), { recursive: true });
  await copyFile(busybox, join(root, 'bin/busybox'));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/:/bin/sh\n');
  const { output } = await command(busybox, ['--list'], { signal });
  for (const applet of output.trim().split('\n'))
    if (applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  const tar = join(dir, 'busybox.tar');
  const packed = await command('tar', ['-C', root, '-cf', tar, '.'], { signal });
  if (packed.status !== 0) throw new Error(`tar ended with ${packed.status}: ${packed.output}`);
  return tar;
};
