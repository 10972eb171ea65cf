import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFollowed } from '../../../src/cli/follow/followed-recording.ts';
import type { WatchedScreen } from '../../../src/cli/opening/watch-screen.ts';
import { publishScreen } from '../../../src/cli/publish/publish-screen.ts';
import { createSocketChannel } from '../../../src/cli/publish/socket-channel.ts';
import { systemClock } from '../../../src/platform/runtime/clock.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { createFrameTap, type FrameTap } from '../../../src/ui/shell/recording/frame-tap.ts';
import { createPlayback } from '../../../src/ui/shell/recording/playback.ts';
import { longTest } from '../../support/layer.ts';
import { scratchDir } from '../../support/scratch-dir.ts';
import { frameOf } from '../../ui/recording/sample.ts';

let stateDir = '';
beforeEach(async () => {
  stateDir = await mkdtemp(join(scratchDir(), 'opsdeck-follow-'));
});
afterEach(() => rm(stateDir, { recursive: true, force: true }));

const clock = systemClock();

/** A cockpit whose process id is that of this process, as seen by another one. */
const publish = () => {
  const cockpit = createCockpitStore();
  cockpit.setState({
    open: {
      system: 'shop',
      env: 'production',
      title: 'Shop',
      tier: 'production',
      embedded: false,
      incidents: [],
      across: [],
    },
  });
  const tap = createFrameTap();
  const listeners = new Set<unknown>();
  const listen: FrameTap['listen'] = (listener) => {
    listeners.add(listener);
    const stop = tap.listen(listener);
    return () => {
      listeners.delete(listener);
      stop();
    };
  };
  const frames: FrameTap = { ...tap, listen };
  const screen: WatchedScreen = {
    cockpit,
    clock,
    stateDir,
    frames,
    state: () => undefined,
    onSwitch: () => () => {},
    options: { sets: {}, color: true, ascii: false, share: false, debug: false },
  };
  const watcher = publishScreen(() => createSocketChannel(stateDir, clock))(screen);
  return { cockpit, frames, listeners, close: watcher.close };
};
const viewer = () => createSocketChannel(stateDir, clock, 1);

/** Resolves when the condition holds after an event of the loop. */
const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve));
};

test('a cockpit is listed, followed while it paints, and its end is told', async () => {
  const { cockpit, frames, close } = publish();
  frames.paint(frameOf(10, 'one'));
  await until(async () => (await viewer().list()).length === 1);
  expect(await viewer().list()).toEqual([
    expect.objectContaining({
      id: String(process.pid),
      env: 'shop/production',
      shared: false,
      followers: [],
    }),
  ]);
  const followed = readFollowed(await viewer().follow(String(process.pid), 'ana'), 'ben');
  await until(() => (followed.now()?.frames.length ?? 0) > 0);
  expect(cockpit.getState().followers).toEqual(['ana']);
  frames.paint(frameOf(10, 'two'));
  await until(() => (followed.now()?.frames.length ?? 0) > 1);
  const recording = followed.now();
  const frame = createPlayback(recording?.frames ?? []).frameAt(recording?.durationMs ?? 0);
  expect(frame?.rows[0]?.map(({ text }) => text).join('')).toBe('two       ');
  cockpit.setState({
    journal: [
      {
        at: clock.now(),
        kind: 'alert',
        level: 'crit',
        what: 'alert HighLatency',
        change: 'firing',
        source: 'am',
      },
    ],
  });
  frames.paint(frameOf(10, 'two'));
  await until(() => (followed.now()?.marks.length ?? 0) > 0);
  expect(followed.now()?.marks[0]?.mark.what).toBe('alert HighLatency');
  await close();
  await until(() => followed.ended() !== undefined);
  expect(followed.ended()).toBe('ben has closed this cockpit or the environment');
  expect(await readdir(join(stateDir, 'live'))).toEqual([]);
});

test('a follower of a shared cockpit gets its aliases, in frames and in marks', async () => {
  const { cockpit, frames, close } = publish();
  const shared = {
    ...frameOf(14, 'pod service-1'),
    isShared: true,
    mask: (text: string) => text.replace('billing', 'service-1'),
  };
  frames.paint(shared);
  await until(async () => (await viewer().list())[0]?.shared === true);
  const followed = readFollowed(await viewer().follow(String(process.pid), 'ana'), 'ben');
  await until(() => (followed.now()?.frames.length ?? 0) > 0);
  cockpit.setState({
    journal: [
      { at: clock.now(), kind: 'alert', level: 'crit', what: 'pod billing-0', change: 'down', source: 'k8s' },
    ],
  });
  frames.paint(shared);
  await until(() => (followed.now()?.marks.length ?? 0) > 0);
  const { header, marks } = followed.now() ?? {};
  expect(header?.shared).toBe(true);
  expect(marks?.map(({ mark }) => mark.what)).toEqual(['pod service-1-0']);
  await close();
  await until(() => followed.ended() !== undefined);
});

longTest(
  'what a cockpit sends without an end is not kept: the follower sees why, and can follow it again',
  async () => {
    const { frames, close } = publish();
    frames.paint(frameOf(10, 'one'));
    await until(async () => (await viewer().list()).length === 1);
    const followed = readFollowed(await viewer().follow(String(process.pid), 'ana'), 'ben', 2000);
    await until(() => (followed.now()?.frames.length ?? 0) > 0);
    for (let nth = 0; followed.ended() === undefined; nth += 1) {
      frames.paint(frameOf(100, `${'x'.repeat(nth % 90)}`));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(followed.ended()).toBe(
      'cannot read the frames of the cockpit: you fell behind the cockpit, and the missed frames are gone. Follow the cockpit again',
    );
    expect(followed.now()?.frames.length).toBeGreaterThan(1);
    await close();
  },
);

test('a follower that leaves is forgotten, and no frame is recorded for it any more', async () => {
  const { cockpit, frames, listeners, close } = publish();
  frames.paint(frameOf(10, 'one'));
  await until(async () => (await viewer().list()).length === 1);
  const screen = await viewer().follow(String(process.pid), 'ana');
  await until(() => cockpit.getState().followers?.length === 1);
  expect(listeners.size).toBe(1);
  screen.close();
  await until(() => cockpit.getState().followers?.length === 0);
  expect(listeners.size).toBe(0);
  await close();
});

test('the socket is private', async () => {
  const { close } = publish();
  await until(async () => (await viewer().list()).length === 1);
  const live = join(stateDir, 'live');
  expect((await stat(live)).mode & 0o777).toBe(0o700);
  expect((await stat(join(live, `${process.pid}.sock`))).mode & 0o777).toBe(0o600);
  await close();
});

test('what a dead process has left is removed, and what is not a socket of opsdeck is ignored', async () => {
  const live = join(stateDir, 'live');
  await mkdir(live, { mode: 0o700 });
  await writeFile(join(live, '2147483646.sock'), '');
  await writeFile(join(live, 'notes.txt'), '');
  expect(await viewer().list()).toEqual([]);
  expect(await readdir(live)).toEqual(['notes.txt']);
});

test('a process that answers something else is not listed, and cannot be followed', async () => {
  const live = join(stateDir, 'live');
  await mkdir(live, { mode: 0o700 });
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.resume();
    socket.write('\u001b]52;c;AAAA\u0007\n');
  });
  await new Promise<void>((resolve) => server.listen(join(live, `${process.pid}.sock`), resolve));
  expect(await viewer().list()).toEqual([]);
  const followed = readFollowed(await viewer().follow(String(process.pid), 'ana'), 'ben');
  await until(() => followed.ended() !== undefined);
  expect(followed.ended()).toBe(
    'cannot read the frames of the cockpit: line 1: this file is not a recording of opsdeck',
  );
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

test.each([
  ['no JSON', 'GET / HTTP/1.1\r\n\r\n'],
  ['another request', '{"is":"press","keys":"y"}\n'],
  ['a request without a user', '{"is":"follow","user":"\u001b[2J"}\n'],
  ['a list instead of an object', '[{"is":"follow","user":"mallory"}]\n'],
  ['an endless line', `{"is":"follow","user":"${'x'.repeat(17 * 1024 * 1024)}`],
])('%s is answered by closing the connection, and the cockpit can be followed still', async (_, sent) => {
  const { close, listeners } = publish();
  await until(async () => (await viewer().list()).length === 1);
  const socket = createConnection(join(stateDir, 'live', `${process.pid}.sock`));
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    answer += String(text);
  });
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.write(sent);
  await closed;
  expect([answer, listeners.size]).toEqual(['', 0]);
  expect(await viewer().list()).toHaveLength(1);
  await close();
});

test('what a follower sends after its request has no effect', async () => {
  const { cockpit, close, listeners } = publish();
  await until(async () => (await viewer().list()).length === 1);
  const socket = createConnection(join(stateDir, 'live', `${process.pid}.sock`));
  socket.on('error', () => {}).resume();
  socket.write('{"is":"follow","user":"mallory"}\n');
  await until(() => listeners.size === 1);
  const before = cockpit.getState().open;
  socket.write('{"is":"list"}\n{"is":"follow","user":"ana"}\n{"key":"y"}\n'.repeat(1000));
  await until(async () => (await viewer().list()).length === 1);
  expect([listeners.size, cockpit.getState().open]).toEqual([1, before]);
  socket.destroy();
  await until(() => listeners.size === 0);
  await close();
});
