/**
 * Loaded before opsdeck with `--import`: appends the turns of the event loop after the start to the file in LOOP_METER, in ms of CPU
 * time, and the largest resident memory in MiB.
 */
import { appendFileSync } from 'node:fs';

/** Turns of the start: opening the environment, loading modules, first frames. */
const startMs = 4000;
/** Interval of the looks at the CPU time: each includes one turn that is longer. */
const everyMs = 2;
const memoryEveryMs = 100;

const path = process.env.LOOP_METER;
if (path !== undefined) {
  delete process.env.LOOP_METER;
  const turns: number[] = [];
  let largest = 0;
  let isStarted = false;
  let before = process.threadCpuUsage();
  setTimeout(() => {
    isStarted = true;
  }, startMs).unref();
  setInterval(() => {
    const { user, system } = process.threadCpuUsage(before);
    before = process.threadCpuUsage();
    if (isStarted) turns.push((user + system) / 1000);
  }, everyMs).unref();
  setInterval(() => {
    largest = Math.max(largest, process.memoryUsage.rss() / 1024 / 1024);
  }, memoryEveryMs).unref();
  process.on('exit', () => appendFileSync(path, JSON.stringify({ turns, largest })));
}
