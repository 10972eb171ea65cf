import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { command, find } from '../../machine/command.ts';
import { image } from '../objects.ts';

/** Image of the container that keeps a pod's namespaces open. */
export const pauseImage = 'localhost/opsdeck/pause:1';

const entry = { [image]: ['/bin/sh'], [pauseImage]: ['/bin/sleep', '2000000000'] } as const;

/** Writes two images with one layer, a static busybox, in the format of `docker save`; returns the path. Needs no registry. */
export const writeImages = async (workDir: string, signal: AbortSignal): Promise<string> => {
  const busybox = await find('busybox');
  if (busybox === undefined) throw new Error('busybox is not installed');
  const dir = join(workDir, 'images');
  const root = join(dir, 'root');
  for (const name of ['bin', 'etc', 'tmp', 'proc', 'sys', 'dev', 'root'])
    await mkdir(join(root, name), { recursive: true });
  await copyFile(busybox, join(root, 'bin/busybox'));
  const { output } = await command(busybox, ['--list'], { signal });
  for (const applet of output.split('\n'))
    if (applet !== '' && applet !== 'busybox') await symlink('busybox', join(root, 'bin', applet));
  await writeFile(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\n');
  await tar(['-C', root, '-cf', join(dir, 'layer.tar'), '.'], signal);

  const layer = createHash('sha256')
    .update(await readFile(join(dir, 'layer.tar')))
    .digest('hex');
  const manifest = [];
  for (const [name, Entrypoint] of Object.entries(entry)) {
    const Config = `${name.replaceAll(/[^a-z]/g, '-')}.json`;
    const imageConfig = {
      architecture: process.arch === 'x64' ? 'amd64' : process.arch,
      os: 'linux',
      config: { Entrypoint, Env: ['PATH=/bin'] },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
    };
    await writeFile(join(dir, Config), JSON.stringify(imageConfig));
    manifest.push({ Config, RepoTags: [name], Layers: ['layer.tar'] });
  }
  await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
  const file = join(workDir, 'images.tar');
  const parts = ['manifest.json', 'layer.tar', ...manifest.map(({ Config }) => Config)];
  await tar(['-C', dir, '-cf', file, ...parts], signal);
  return file;
};

const tar = async (args: readonly string[], signal: AbortSignal): Promise<void> => {
  const { status, output } = await command('tar', args, { signal });
  if (status !== 0) throw new Error(`tar ${args.join(' ')} failed: ${output}`);
};
