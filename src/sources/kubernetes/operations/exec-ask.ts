import { durationText } from '../../../domain/duration.ts';
import type { Millis } from '../../../domain/fault.ts';
import type { ChangeIo } from '../../../doors/io.ts';
import { WireError } from '../../../platform/failures.ts';
import type { KubeClient } from '../client.ts';
import { saidBy } from './exec-channels.ts';
import { openExec } from './exec-socket.ts';

/** A program that only looks ends soon. */
const longestMs: Millis = 30_000;

/** What a program in a container said, and how it ended. */
export interface Answered {
  readonly lines: readonly string[];
  /** Absent when it could not be started. */
  readonly code?: number;
  readonly words: string;
}

/** Runs a program that only looks, to its end. Throws WireError. */
export const askInside = async (
  client: KubeClient,
  path: string,
  door: Pick<ChangeIo, 'socket' | 'clock'>,
  signal: AbortSignal,
): Promise<Answered> => {
  const deadline = door.clock.deadline(longestMs);
  const wire = await openExec(client, path, door, AbortSignal.any([signal, deadline.signal]));
  const lines: string[] = [];
  try {
    for await (const said of saidBy(wire))
      if (said.is === 'line') lines.push(said.text);
      else return { lines, words: said.words, ...(said.code === undefined ? {} : { code: said.code }) };
    throw new WireError('timeout', `no end after ${durationText(longestMs)}`);
  } finally {
    wire.close();
    deadline.clear();
  }
};

/** The same exec of another program: everything but the command stays. */
export const otherCommand = (path: string, argv: readonly string[]): string => {
  const [place = '', query] = path.split('?');
  const asked = new URLSearchParams(query);
  asked.delete('command');
  for (const word of argv) asked.append('command', word);
  return `${place}?${asked.toString()}`;
};
