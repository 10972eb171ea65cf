import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { WireRecording } from '../../replay/recording.ts';

const root = 'test/recordings';

/** Traces of the machine that records, none of which belongs in a recording. */
const traces = [process.cwd(), process.env.HOME, process.env.TMPDIR].filter(
  (path) => path !== undefined && path.length > 3,
);

/** Writes `test/recordings/NAME.json`. Rejects when it would hold a path of this machine. */
export const save = async (name: string, recording: WireRecording): Promise<void> => {
  const text = `${JSON.stringify(recording, null, 1)}\n`;
  const trace = traces.find((path) => text.includes(path ?? ''));
  if (trace !== undefined) throw new Error(`${name} would hold a path of this machine: ${trace}`);
  const file = join(root, `${name}.json`);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
};
