import { spawn } from 'node:child_process';
import type { Millis } from '../../domain/base/fault.ts';
import { errorMessage } from '../../domain/text/error-message.ts';
import { oneLine } from '../masking/sanitize.ts';
import { secretMasker } from '../masking/secrets.ts';
import { errnoOf } from '../runtime/errno.ts';
import { WireError } from '../runtime/wire-error.ts';

/** Output limit, in bytes. A password is small; a larger output means the wrong program. */
const maxBytes = 64 * 1024;
/** The most characters of stderr to show. */
const longestWords = 400;
export const execDeadlineMs: Millis = 10_000;

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

const firstLine = (text: string): string =>
  oneLine(secretMasker.mask(text).trim().split('\n')[0] ?? '', longestWords);

const howItEnded = ({ code, signal, err }: Ended): string => {
  const how = signal === null ? `exited with status ${code}` : `was killed by ${signal}`;
  const detail = firstLine(err);
  return detail === ''
    ? `${how} and printed no error. Run the program by hand to see what fails`
    : `${how}: ${detail}`;
};

const runGroup = (argv: readonly string[], signal: AbortSignal): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const [file = '', ...args] = argv;
    // Its own process group and session: it cannot prompt on the terminal, and killing the group kills its children.
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let out = '';
    let err = '';
    const end = (why: unknown): void => {
      if (child.pid !== undefined) {
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // The group no longer exists.
        }
      }
      child.stdout.destroy();
      child.stderr.destroy();
      reject(why);
    };
    const onAbort = (): void => end(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.length > maxBytes)
        end(
          new WireError(
            'malformed',
            `printed more than ${maxBytes} bytes: let the program print only the value`,
          ),
        );
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err = (err + text).slice(0, maxBytes);
    });
    child.on('error', reject);
    child.on('close', (code, by) => {
      signal.removeEventListener('abort', onAbort);
      resolve({ code, signal: by, out, err });
    });
  });

const words = (error: unknown): string => {
  if (error instanceof DOMException && error.name === 'TimeoutError') return error.message;
  if (errnoOf(error) === 'ENOENT') return 'is not installed or not in PATH';
  return errorMessage(error);
};

/**
 * Returns the output of a program without its last newline: `${exec:…}` of a profile. Runs without a shell, with
 * stdin closed, in a process group that is killed when `signal` aborts. Rejects with a WireError (`unconfigured`)
 * that names the program and the reason, never its stdout.
 */
export const execText = async (argv: readonly string[], signal: AbortSignal): Promise<string> => {
  const failed = (why: string): WireError => new WireError('unconfigured', `${argv[0] ?? 'exec'} ${why}`);
  if (argv[0] === undefined || argv[0] === '')
    throw failed('the command names no program. Write [PROGRAM, ARGUMENT]');
  if (signal.aborted) throw failed(words(signal.reason));
  let ended: Ended;
  try {
    ended = await runGroup(argv, signal);
  } catch (error) {
    throw failed(words(error));
  }
  if (ended.code !== 0) throw failed(howItEnded(ended));
  return ended.out.replace(/\r?\n$/, '');
};
