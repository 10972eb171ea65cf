import { createReadStream, createWriteStream } from 'node:fs';
import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { PtyTerminal } from '../../scripts/shot/pty-terminal.ts';
import { logProfile } from '../logs-first.ts';
import { writeLogFile } from '../support/log-file.ts';
import { openPlace, type Place } from '../support/place.ts';
import {
  type Contest,
  cockpit,
  installed,
  type Outcome,
  openInTerminal,
  race,
  shows,
  untilSeen,
  wholeRun,
} from './contest.ts';

const rounds = 5;
/** One line has about 100 bytes: a million lines. */
const fileBytes = 100e6;
/** In one line of a thousand of the file. */
const word = 'timeout';
const lastLine = 'the very last line';

const matching = /(?:.*timeout.*\n){8}/;

/** Types a filter into an open viewer; milliseconds from Enter until only matching lines are on its screen. */
const filtering = async (pty: PtyTerminal, text: string, filtered: RegExp): Promise<number> => {
  await pty.quiet(500, 20_000);
  for (const letter of text) {
    pty.press(letter);
    await pty.quiet(50, 2000);
  }
  const pressedAt = performance.now();
  pty.press('\r');
  await pty.until(shows(filtered), String(filtered), 60_000);
  return performance.now() - pressedAt;
};

/** Logs opens a file at its end, so the lines of `path` are appended to a file that it follows. */
const filteringInLogs = async (place: Place, path: string, lines: number): Promise<number> => {
  const grown = join(place.dir, 'grown.log');
  await writeFile(grown, '');
  const args = await logProfile(place, grown, ', keep: { lines: 1100000, bytes: 256MB }');
  await using pty = openInTerminal([...cockpit, ...args], place);
  await pty.until(shows(/q quit/), 'the footer', 20_000);
  pty.press('8');
  await pty.until(shows(/stream open/), 'the open stream', 20_000);
  await pipeline(createReadStream(path), createWriteStream(grown, { flags: 'a' }));
  await pty.until(shows(new RegExp(`Logs  ${lines.toLocaleString('en')}\\b`)), 'every line', 60_000);
  return await filtering(pty, `+${word}`, matching);
};

const filteringInLnav = async (place: Place, lnav: string, path: string): Promise<number> => {
  await using pty = openInTerminal([lnav, path], place);
  await pty.until(shows(new RegExp(lastLine)), lastLine, 60_000);
  return await filtering(pty, `:filter-in ${word}`, /[1-9]\d* Lines not shown/);
};

/** A log file of a million lines: opened, filtered, counted. */
export const logPeers = async (): Promise<readonly Outcome[]> => {
  await using place = await openPlace();
  const path = join(place.dir, 'service.log');
  const lines = (await writeLogFile(path, fileBytes)) + 1;
  await appendFile(path, `2026-03-04T23:00:00.000Z  INFO  1 --- [worker-1] Retry : ${lastLine}\n`);
  const args = await logProfile(place, path);
  const million = `${(lines / 1e6).toFixed(2)} M lines, ${Math.round(fileBytes / 1e6)} MB`;
  const lnav = installed('lnav');
  const rg = installed('rg');
  const counted = [...cockpit, 'logs', ...args, '--count', '--include', word];
  const printed = [...cockpit, 'logs', ...args, '--tail', 'all', '--include', word];
  const grep = ['grep', '-c', word, path];
  const contests: readonly Contest[] = [
    {
      title: 'Count the matching lines of a file',
      work: `${million}; from start to exit`,
      note: 'A part of it is the start of opsdeck (`check` of one source, below, is little else). It counts in JavaScript; rg and grep search in native code.',
      unit: 'ms',
      entries: [
        { program: 'opsdeck logs --count', measure: () => wholeRun(counted, place, /\d/) },
        {
          program: 'rg --count',
          measure: rg === undefined ? undefined : () => wholeRun([rg, '--count', word, path], place, /\d/),
        },
        { program: 'grep -c', measure: () => wholeRun(grep, place, /\d/) },
      ],
    },
    {
      title: 'Print the matching lines of a file',
      work: `${million}; with parsed times and levels; from start to exit`,
      unit: 'ms',
      entries: [
        { program: 'opsdeck logs --include', measure: () => wholeRun(printed, place, matching) },
        {
          program: 'lnav -n',
          measure:
            lnav === undefined
              ? undefined
              : () => wholeRun([lnav, '-n', '-c', `:filter-in ${word}`, path], place, matching),
        },
      ],
    },
    {
      title: 'Open a log file',
      work: `${million}; from start until its last line is on the screen`,
      note: 'opsdeck reads the end of the file, and older lines on request; lnav reads all of it.',
      unit: 'ms',
      entries: [
        {
          program: 'opsdeck, Logs',
          measure: () => untilSeen([...cockpit, ...args], place, new RegExp(lastLine), { keys: '8' }),
        },
        {
          program: 'lnav',
          measure:
            lnav === undefined ? undefined : () => untilSeen([lnav, path], place, new RegExp(lastLine)),
        },
      ],
    },
    {
      title: 'Filter loaded lines',
      work: `${million}, all loaded; from Enter until only matching lines are on the screen`,
      unit: 'ms',
      entries: [
        { program: 'opsdeck, Logs', measure: () => filteringInLogs(place, path, lines) },
        {
          program: 'lnav',
          measure: lnav === undefined ? undefined : () => filteringInLnav(place, lnav, path),
        },
      ],
    },
  ];
  const outcomes: Outcome[] = [];
  for (const contest of contests) outcomes.push(await race(contest, rounds));
  return outcomes;
};
