import { closeSync, openSync, writeSync } from 'node:fs';

// Writes a service's log at a fixed number of lines per second until it is ended.
const [, , path = '', perSecondText = '10000'] = process.argv;
const perSecond = Number(perSecondText);
const everyMs = 20;
const levels = ['INFO ', 'INFO ', 'DEBUG', 'INFO ', 'WARN ', 'INFO ', 'INFO ', 'ERROR'];

const file = openSync(path, 'a');
const began = performance.now();
let written = 0;
setInterval(() => {
  const due = Math.floor(((performance.now() - began) * perSecond) / 1000);
  const time = new Date().toISOString();
  let text = '';
  for (; written < due; written++)
    text += `${time}  ${levels[(written * 3) % 8]} 1 --- [worker-${written % 16}] PspClient : call took ${(written * 37) % 997} ms order=${written.toString(36)}\n`;
  writeSync(file, text);
}, everyMs);
process.on('SIGTERM', () => {
  closeSync(file);
  process.exit(0);
});
