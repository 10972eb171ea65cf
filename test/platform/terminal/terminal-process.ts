import { processTerminal } from '../../../src/platform/terminal/terminal.ts';

/** A process that lends its terminal to the program of its arguments, and reports what became of it. */
const terminal = processTerminal();
const stop = new AbortController();
terminal.onEnd(() => stop.abort());
const copy: Uint8Array[] = [];
const end = await terminal.interact(async (lent) => {
  lent.write('greeting\r\n');
  return lent.run(
    {
      argv: process.argv.slice(2),
      env: { PATH: process.env.PATH ?? '', TERM: 'xterm', SECRET: 'in-the-env' },
    },
    stop.signal,
    (bytes) => void copy.push(bytes),
  );
});
const text = Buffer.concat(copy).toString('utf8');
process.stdout.write(`\r\nEND ${JSON.stringify({ ...end, copy: text })}\r\nOVER\r\n`);
process.stdin.once('data', (typed) => {
  process.stdout.write(`NEXT ${JSON.stringify(String(typed))} raw ${process.stdin.isRaw}\r\n`);
  setTimeout(() => process.exit(0), 500);
});
process.stdin.resume();
