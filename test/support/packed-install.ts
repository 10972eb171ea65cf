import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Output of a command of the installed program. */
interface Printed {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** An installation of the packed product in an empty directory. */
export interface PackedInstall extends Disposable {
  readonly dir: string;
  /** `node_modules/opsdeck`. */
  readonly product: string;
  /** Runs the installed program with this Node, in an environment without anything of this process. */
  run(node: string, ...args: readonly string[]): Printed;
}

/**
 * Packs the built product and installs the tarball in an empty directory: offline, without development dependencies, optional
 * packages and install scripts.
 */
export const packedInstall = (): PackedInstall => {
  const dir = mkdtempSync(join(tmpdir(), 'opsdeck-packed-'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', dir], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const { filename } = Object(Object.values(JSON.parse(packed))[0]);
  writeFileSync(join(dir, 'package.json'), '{ "private": true }');
  execFileSync(
    'npm',
    [
      'install',
      '--offline',
      '--omit=dev',
      '--omit=optional',
      '--ignore-scripts',
      '--no-audit',
      join(dir, filename),
    ],
    { cwd: dir, stdio: 'ignore' },
  );
  return {
    dir,
    product: join(dir, 'node_modules/opsdeck'),
    run: (node, ...args) =>
      spawnSync(node, [join(dir, 'node_modules/.bin/opsdeck'), ...args], {
        cwd: dir,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        env: { PATH: process.env.PATH, HOME: dir },
      }),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true }),
  };
};

/** Size of all files below a directory, in bytes. */
export const bytesBelow = (dir: string): number =>
  readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => statSync(join(dir, name)))
    .reduce((sum, stat) => sum + (stat.isFile() ? stat.size : 0), 0);
