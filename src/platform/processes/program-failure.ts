import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { ProgramError } from '../failures.ts';
import { oneLine } from '../terminal/sanitize.ts';
import type { Program } from './program.ts';

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
const isDirectory = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

const missing = async (file: string, cwd: string): Promise<ProgramError> => {
  if (!file.includes('/'))
    return new ProgramError('missing', `there is no program "${file}" in PATH`, {
      remedy: 'install it where opsdeck runs, or write its whole path',
    });
  const path = isAbsolute(file) ? file : join(cwd, file);
  return (await exists(path))
    ? new ProgramError('missing', 'the interpreter that its first line names is not there', {
        remedy: 'correct its first line (#!…), or install that interpreter',
      })
    : new ProgramError('missing', `there is no file ${path}`, { remedy: 'correct the path' });
};

/** Why a program could not be started, from the code of spawn(2). */
export const startError = async (
  { argv: [file = ''], cwd = process.cwd() }: Program,
  code: string,
  message: string,
): Promise<ProgramError> => {
  if (!(await isDirectory(cwd)))
    return new ProgramError('missing', `there is no directory ${cwd} to start it in`, {
      remedy: 'correct cwd',
    });
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return missing(file, cwd);
    case 'EACCES':
    case 'EPERM':
      return new ProgramError('denied', 'it may not be run: no permission', {
        remedy: `make it executable (chmod +x ${file}) for the user of opsdeck`,
      });
    case 'E2BIG':
      return new ProgramError('unconfigured', 'its arguments are too long');
    case 'EAGAIN':
    case 'EMFILE':
    case 'ENFILE':
    case 'ENOMEM':
      return new ProgramError('unreachable', 'this machine can start no more programs now');
    default:
      return new ProgramError('unconfigured', `it cannot be started: ${oneLine(message)}`);
  }
};
