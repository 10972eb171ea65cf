import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { HttpRecording, WireRecording } from '../../replay/recording.ts';

const root = 'test/recordings';

/** Traces of the machine that records, none of which belongs in a recording. */
const traces: readonly (RegExp | string)[] = [
  /\/(?:tmp|root|home)\/[\w-]+/,
  process.cwd(),
  new RegExp(`\\b${hostname()}\\b`),
];

/** Writes `test/recordings/NAME.json`. Rejects when it would hold a trace of this machine. */
export const save = async (name: string, recording: WireRecording | HttpRecording): Promise<void> => {
  const text = `${JSON.stringify(recording, null, 1)}\n`;
  const found = traces.map((trace) => text.match(trace)?.[0]).find((trace) => trace !== undefined);
  if (found !== undefined) throw new Error(`${name} would hold a trace of this machine: ${found}`);
  const file = join(root, `${name}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};
