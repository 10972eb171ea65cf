import { WireError } from 'opsdeck/sdk';
import type { NginxParts } from './source.ts';

/** Reads the process id of the master process from its PID file. Throws WireError. */
export const masterOf = async ({ config, io }: NginxParts, signal: AbortSignal): Promise<string> => {
  const { raw } = await io.files.read(config.pidFile, { from: 'head', maxBytes: 64 }, signal);
  const pid = raw.trim();
  if (/^\d+$/.test(pid)) return pid;
  throw new WireError('malformed', `${config.pidFile} does not contain a process id`);
};

/** Returns the newest worker of the master process; it changes with each reload. Linux only. Throws WireError. */
export const newestWorker = async (parts: NginxParts, signal: AbortSignal): Promise<number> => {
  const pid = await masterOf(parts, signal);
  const path = `${parts.config.proc}/${pid}/task/${pid}/children`;
  const { raw } = await parts.io.files.read(path, { from: 'head', maxBytes: 65_536 }, signal);
  const newest = raw.trim().split(/\s+/).map(Number).at(-1);
  if (newest !== undefined && newest > 0) return newest;
  throw new WireError('missing', `process ${pid} has no workers`);
};
