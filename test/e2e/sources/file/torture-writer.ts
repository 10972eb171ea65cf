import {
  appendFileSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readSync,
  renameSync,
  truncateSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

/** Writes numbered lines to a log, and randomly renames, copies, truncates or deletes it. */
const [path = '', seedText = '1', countText = '2000', operations = 'rename'] = process.argv.slice(2);
const kinds = operations.split(',');
let seed = Number(seedText);
const chance = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const pause = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

let file = openSync(path, 'a');
const reopen = (): void => {
  closeSync(file);
  file = openSync(path, 'a');
};

const shift = (): void => {
  let last = 0;
  while (existsSync(`${path}.${last + 1}`)) last += 1;
  for (let index = last; index >= 1; index -= 1) renameSync(`${path}.${index}`, `${path}.${index + 1}`);
};

const perform: Readonly<Record<string, (next: () => void) => void>> = {
  rename: (next) => {
    shift();
    renameSync(path, `${path}.1`);
    // Like logrotate's `create`: the writer uses the old file until it is signaled.
    if (chance() < 0.5) appendFileSync(path, '');
    for (let late = Math.floor(3 * chance()); late > 0; late -= 1) next();
    reopen();
  },
  copy: () => {
    shift();
    copyFileSync(path, `${path}.1`);
    truncateSync(path, 0);
  },
  cut: () => truncateSync(path, 0),
  delete: () => {
    unlinkSync(path);
    reopen();
  },
};

let number = 0;
const total = Number(countText);
const next = (): void => {
  number += 1;
  const text = `line ${number} ${'x'.repeat(Math.floor(80 * chance() ** 4))}\n`;
  const middle = chance() < 0.05 ? Math.floor(text.length / 2) : text.length;
  writeSync(file, text.slice(0, middle));
  if (middle < text.length) writeSync(file, text.slice(middle));
};
/** Prints the number of the last line, and waits for a byte on stdin, which confirms that it was read. */
const untilRead = (): void => {
  writeSync(1, `${number}\n`);
  readSync(0, Buffer.alloc(1));
};

// The reader must have opened the file once.
for (let first = 0; first < 20; first += 1) next();
untilRead();
while (number < total) {
  for (let burst = Math.ceil(60 * chance()); burst > 0 && number < total; burst -= 1) next();
  if (chance() < 0.3) pause(Math.floor(12 * chance()));
  if (chance() < 0.12 && number < total - 200) {
    const kind = kinds[Math.floor(kinds.length * chance())] ?? 'rename';
    perform[kind]?.(next);
    // A file that is created and deleted between two polls cannot be detected: the reader must see each file once.
    if (operations !== 'rename') {
      next();
      untilRead();
    }
  }
}
closeSync(file);
