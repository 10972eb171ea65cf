import { targetLocks } from '../../../src/platform/files/target-locks.ts';

/** A separate process: takes locks, reports that, and keeps them until its standard input ends. */
const [dir = '', at = '0', ...keys] = process.argv.slice(2);
const note = { who: 'ben', host: 'vm-2', run: 'r-other', runbook: 'restart', at: Number(at) };
const taken = await targetLocks(dir).take(keys, note);
process.stdout.write('release' in taken ? 'taken\n' : 'held by another process\n');
process.stdin.on('end', () => {
  if ('release' in taken) void taken.release();
});
process.stdin.resume();
