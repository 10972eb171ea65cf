import { mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createPlayback } from '../../../src/ui/shell/recording/playback.ts';
import { parseRecording, type Recording } from '../../../src/ui/shell/recording/recording.ts';
import { contentOf } from '../../screens/support/content.ts';
import { openCockpitBy } from '../../simulation/cockpit.ts';
import { openSimulation } from '../../simulation/simulation.ts';
import { scratchDir } from '../../support/scratch-dir.ts';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(scratchDir(), 'opsdeck-record-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const screenAt = (recording: Recording, t: number): readonly string[] =>
  (createPlayback(recording.frames).frameAt(t)?.rows ?? []).map((row) =>
    row
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );

/** Records a cockpit of the simulated event bus while `use` runs. */
const recording = async (
  more: readonly string[],
  use: (cockpit: Awaited<ReturnType<typeof openCockpitBy>>) => Promise<void>,
) => {
  await using simulation = openSimulation();
  const file = join(dir, 'call.rec');
  const cockpit = await openCockpitBy(simulation, ['record', file, '--env', 'event-bus/production', ...more]);
  await use(cockpit);
  const last = cockpit.pty.screen();
  await cockpit[Symbol.asyncDispose]();
  const code = await cockpit.code;
  const text = await readFile(file, 'utf8');
  return { file, code, last, text, recording: parseRecording(text) };
};

test('a cockpit is recorded as it was shown, with what changed, into a private file', async () => {
  const {
    file,
    code,
    last,
    recording: made,
  } = await recording(['--rehearse', 'dependency-down'], async (cockpit) => {
    await cockpit.sees(/REC/);
    await cockpit.sees(/✗ .*OPEN/);
    await cockpit.reads();
  });
  expect(code).toBe(0);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(made).toMatchObject({
    isComplete: true,
    header: { columns: 120, rows: 40, env: 'event-bus/production', shared: false },
  });
  // The keyboard's screen leaves out rules, and has boxes one after the other.
  const words = (rows: readonly string[]): readonly string[] =>
    rows.map((row) => row.replaceAll(/[\s─┬┴│┼├┤╭╮╰╯]+/g, ' ').trim());
  expect(words(contentOf(screenAt(made, made.durationMs)))).toEqual(words(last));
  const marks = made.marks.map(({ mark }) => `${mark.kind} ${mark.what} ${mark.change}`);
  expect(marks[0]).toMatch(/^open event-bus\/production opened on a simulator/);
});

test('in share mode the recording has aliases, in frames and in marks', async () => {
  const open = await recording(['--rehearse', 'dependency-down'], async (cockpit) => {
    await cockpit.sees(/postgres:\/\//);
    await cockpit.reads();
  });
  const [, host] = /postgres:\/\/([\w.-]+):/.exec(open.text) ?? [];
  expect(host).toBeDefined();
  await rm(open.file);
  const shared = await recording(['--rehearse', 'dependency-down', '--share'], async (cockpit) => {
    await cockpit.sees(/SHARED/);
    await cockpit.sees(/postgres:\/\//);
    await cockpit.reads();
  });
  expect(shared.text).not.toContain(`postgres://${host}:`);
  expect(shared.text).toMatch(/postgres:\/\/host-\d+:/);
  expect(shared.recording.header.shared).toBe(true);
});

test('a file that exists is not overwritten, and the cockpit does not open', async () => {
  await using simulation = openSimulation();
  const file = join(dir, 'call.rec');
  await writeFile(file, 'mine');
  const cockpit = await openCockpitBy(simulation, ['record', file, '--env', 'event-bus/production']);
  expect(await simulation.until(cockpit.code)).toBe(4);
  expect(await readFile(file, 'utf8')).toBe('mine');
});

/** Fills the disk for the open file once `room` bytes of a recording are written: the write that does not fit is cut short. */
const fillDisk = async (room: number): Promise<void> => {
  const probe = await open(join(dir, 'probe'), 'w');
  const proto = Object.getPrototypeOf(probe) as { writeFile(data: string): Promise<void> };
  await probe.close();
  const write = proto.writeFile;
  let left = room;
  const spy = vi.spyOn(proto, 'writeFile').mockImplementation(async function (this: unknown, data: string) {
    const isRecording = data.startsWith('{"');
    const fits = data.slice(0, left);
    if (isRecording) left -= fits.length;
    if (!isRecording || fits.length === data.length) return write.call(this as never, data);
    await write.call(this as never, fits);
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  });
  onTestFinished(() => spy.mockRestore());
};

test('a full disk ends the recording at its last whole frame. The cockpit says so and goes on', async () => {
  let shown: readonly string[] = [];
  const {
    code,
    text,
    recording: made,
  } = await recording(['--rehearse', 'dependency-down'], async (cockpit) => {
    await cockpit.sees(/REC/);
    await cockpit.sees(/✗ .*OPEN/);
    // The first frame is the whole screen; what follows are changes.
    for (
      let lines = 0;
      lines < 3;
      lines = (await readFile(join(dir, 'call.rec'), 'utf8')).split('\n').length - 1
    )
      await cockpit.reads();
    await fillDisk(2000);
    await cockpit.sees(/the recording has ended: .*call\.rec: no space left on the device/);
    await cockpit.pty.until(
      (screen) => !/\bREC\b/.test(screen.slice(0, 2).join(' ')),
      'no mark of a recording',
    );
    // Keys still work.
    await cockpit.keys('?');
    await cockpit.sees(/HELP/);
    shown = cockpit.pty.screen();
  });
  expect(code).toBe(1);
  expect(text.endsWith('\n')).toBe(false);
  expect(made.isComplete).toBe(false);
  expect(made.tornLine).toBe(text.split('\n').length);
  // The last frame on disk is a whole one: some row of an earlier screen, none of the later help.
  const last = screenAt(made, made.durationMs).join('\n');
  expect(last).toContain('event-bus');
  expect(last).not.toContain('HELP');
  expect(shown.join('\n')).toContain('HELP');
});
