import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Architectures of Debian by the target of a single file. */
const architectures: Readonly<Record<string, string>> = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' };

/** Contents of a Debian package beside its program. */
export interface DebianParts {
  readonly version: string;
  readonly manual: string;
  /** License and notices of the bundled packages. */
  readonly copyright: string;
  /** Completion scripts by shell. */
  readonly completions: Readonly<Record<'bash' | 'zsh', string>>;
}

const control = (version: string, architecture: string): string => `Package: opsdeck
Version: ${version}
Architecture: ${architecture}
Maintainer: opsdeck authors <opsdeck@localhost>
Section: admin
Priority: optional
Depends: libc6 (>= 2.28), libstdc++6, libgcc-s1, libatomic1
Description: terminal cockpit for operations
 Health, thresholds, breakers, lag, pools, pods and logs in one screen, and
 runbooks that prove they worked. One file with its own Node.
`;

/**
 * Builds the Debian package of a single file for Linux below a directory; returns its path, or undefined for another target.
 * Needs `dpkg-deb`. Source: Debian Policy Manual.
 */
export const buildDebian = (
  program: string,
  target: string,
  { version, manual, copyright, completions }: DebianParts,
  dir: string,
): string | undefined => {
  const architecture = architectures[target];
  if (architecture === undefined) return undefined;
  const root = mkdtempSync(join(tmpdir(), 'opsdeck-deb-'));
  const put = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), 0o644);
  };
  try {
    chmodSync(root, 0o755);
    put('DEBIAN/control', control(version, architecture));
    put('usr/share/man/man1/opsdeck.1.gz', gzipSync(manual, { level: 9 }));
    put('usr/share/doc/opsdeck/copyright', copyright);
    put('usr/share/bash-completion/completions/opsdeck', completions.bash);
    put('usr/share/zsh/vendor-completions/_opsdeck', completions.zsh);
    mkdirSync(join(root, 'usr/bin'), { recursive: true });
    copyFileSync(program, join(root, 'usr/bin/opsdeck'));
    chmodSync(join(root, 'usr/bin/opsdeck'), 0o755);
    const path = join(dir, `opsdeck_${version}_${architecture}.deb`);
    // gzip: older systems cannot read zstd, and xz takes a minute for 160 MB.
    execFileSync('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, path], { stdio: 'ignore' });
    return path;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
};
