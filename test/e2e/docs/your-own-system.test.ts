import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PtyTerminal } from '../../../scripts/shot/pty-terminal.ts';
import { enter, esc, readMs } from '../../support/cockpit-verbs.ts';
import { freePort } from '../../support/free-port.ts';
import { fits } from './support/fits.ts';
import { type Part, partsOf } from './support/page.ts';
import { openReader, type Reader } from './support/reader.ts';

/** Reads the page, with its two ports replaced by free ones. */
const readPage = async (): Promise<string> => {
  const dev = await freePort();
  const production = await freePort();
  const page = await readFile('docs/how-to/describe-your-system.md', 'utf8');
  return page.replace(/4780|4781/g, (port) => String(port === '4780' ? dev : production));
};

/** The time between two keys of a person. Log lines also change the screen, and keys that arrive together are pasted text. */
const keyMs = 250;

const pressOne = async (pty: PtyTerminal, key: string): Promise<void> => {
  const before = pty.screen().join('\n');
  pty.press({ enter, esc }[key] ?? key);
  if (key === 'q') return;
  await pty.until((screen) => screen.join('\n') !== before, `a reaction to ${key}`);
  await sleep(keyMs);
};

const walk = async (pty: PtyTerminal, { rows }: Extract<Part, { kind: 'keys' }>): Promise<void> => {
  for (const { press, see } of rows) {
    for (const key of press) await pressOne(pty, key);
    for (const text of see)
      await pty.until(
        (screen) => screen.join('\n').replace(/ +/g, ' ').includes(text),
        `${press.join(' ')}: ${text}`,
        60_000,
      );
    await sleep(readMs);
  }
  expect(await pty.exited).toEqual({ code: 0, signal: 0 });
};

const opening = /^opsdeck (--env \S+)\n$/m;

/** Opens the cockpit in a terminal instead of typing its command into the shell. */
const openAfter = async (reader: Reader, script: string): Promise<PtyTerminal | undefined> => {
  const [line, args] = opening.exec(script) ?? [];
  await reader.type(line === undefined ? script : script.replace(line, ''));
  return args === undefined ? undefined : await reader.open(args.split(' '));
};

test('docs/how-to/describe-your-system.md works as written', { timeout: 240_000 }, async () => {
  await using reader = await openReader(['dev', 'production']);
  let pty: PtyTerminal | undefined;
  for (const part of partsOf(await readPage())) {
    if (part.kind === 'file') await reader.put(part.path, part.text, part.isMore);
    if (part.kind === 'shell') pty = await openAfter(reader, part.script);
    if (part.kind === 'keys') {
      await using screen = pty;
      if (screen === undefined) throw new Error('no cockpit is open');
      await walk(screen, part);
    }
    if (part.kind === 'session')
      for (const { command, printed } of part.typed) {
        const output = await reader.type(command);
        expect
          .soft(fits(printed, output), `$ ${command}\nshown:\n${printed.join('\n')}\nprinted:\n${output}`)
          .toBe(true);
      }
  }
});
