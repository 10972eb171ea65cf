import { mkdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { HttpRecording, WireRecording } from '../../replay/recording.ts';

const root = 'test/recordings';

/** Texts that identify the recording machine, which must not occur in a recording. */
const traces: readonly (RegExp | string)[] = [
  /\/(?:tmp|root|home)\/[\w-]+/,
  process.cwd(),
  new RegExp(`\\b${hostname()}\\b`),
];

/** Writes `test/recordings/NAME.json`. Rejects if it contains a text that identifies this machine. */
export const save = async (name: string, recording: WireRecording | HttpRecording): Promise<void> => {
  const text = `${JSON.stringify(recording, null, 1)}\n`;
  const trace = traces.map((regexp) => text.match(regexp)?.[0]).find((match) => match !== undefined);
  if (trace !== undefined) throw new Error(`${name} would identify this machine: ${trace}`);
  const file = join(root, `${name}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};
