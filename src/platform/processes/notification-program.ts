import { spawn } from 'node:child_process';
import type { Millis } from '../../domain/base/fault.ts';
import { oneLine } from '../masking/sanitize.ts';

/** Time limit of a notification program, in ms. */
const notificationLimitMs: Millis = 10_000;
/** The most of its stderr to read, in bytes. */
const maxErrorBytes = 4096;

/** Kills a program with its child processes. */
const killGroup = (pid: number | undefined): void => {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group no longer exists.
  }
};

/**
 * Runs a notification program without a shell, in its own process group, with `input` on its standard input. It inherits the
 * environment of opsdeck, which a desktop notifier needs. Resolves to why it failed; undefined if it exited with 0.
 */
export const runNotificationProgram = (
  argv: readonly string[],
  input: string,
  limitMs: Millis = notificationLimitMs,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const [file = '', ...args] = argv;
    const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    let said = '';
    const end = (why: string | undefined): void => {
      clearTimeout(timer);
      killGroup(child.pid);
      child.stderr.destroy();
      resolve(why);
    };
    const timer = setTimeout(
      () => end(`the notification program did not exit within ${limitMs / 1000}s, so opsdeck killed it`),
      limitMs,
    );
    child.on('error', (error: NodeJS.ErrnoException) =>
      end(
        error.code === 'ENOENT'
          ? 'the notification program was not found. Correct notify in config.yaml'
          : oneLine(error.message),
      ),
    );
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(0, maxErrorBytes);
    });
    // A program that does not read its input closes it.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.on('exit', (status, signal) => {
      const detail = oneLine(said.trim().split('\n')[0] ?? '');
      const how = signal === null ? `exited with status ${status}` : `was killed by ${signal}`;
      end(status === 0 ? undefined : `${how}${detail === '' ? ' and printed no error' : `: ${detail}`}`);
    });
  });
