import { ProgramError } from '../failures.ts';

/** What became of the processes of a program of this machine that was broken off, in words. */
export const leftWords = (error: unknown): string => {
  const left = error instanceof ProgramError ? error.left : [];
  if (left.length === 0) return 'its process group was ended';
  const ids = left.map((id) => Math.abs(id)).join(', ');
  return `process ${ids} could not be ended (it runs as somebody else, or the kernel holds it) and goes on`;
};
