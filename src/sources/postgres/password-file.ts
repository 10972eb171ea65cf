import { z } from 'zod';
import { PlanError } from '../../domain/plan-error.ts';
import type { ReadFiles } from '../../platform/files/file-shapes.ts';
import { masker } from '../../platform/terminal/secrets.ts';

const longest = 1024;

export const zRole = z
  .string()
  .regex(/^[^\p{Cc}]{1,63}$/u, { error: 'no name of a role' })
  .meta({ description: 'who logs in with it' });

export const zPasswordFile = z
  .string()
  .min(1)
  .meta({ description: "a file with the password in one line, relative to the profile's" });

/** The password of a file, which shows nowhere from now on. Throws WireError, PlanError. */
export const passwordIn = async (files: ReadFiles, path: string, signal: AbortSignal): Promise<string> => {
  const { raw, whole } = await files.read(path, { from: 'head', maxBytes: longest }, signal);
  const password = raw.replace(/\n$/, '');
  masker.add(password);
  const refuse = (why: string): PlanError => new PlanError('failed', `${path} ${why}`);
  if (password === '') throw refuse('is empty: a role without a password cannot log in by one');
  if (!whole) throw refuse('is longer than a password');
  // Clients prepare other letters in ways of their own, and would not get in.
  if (!/^[\x20-\x7e]+$/.test(password)) throw refuse('holds more than one line of printable ASCII');
  return password;
};
