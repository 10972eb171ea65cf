import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import headless from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { monospaceFamily } from '../../scripts/shot/font.ts';
import { strokesOf } from '../../scripts/shot/keys.ts';
import { svgOf } from '../../scripts/shot/svg.ts';

describe('key names', () => {
  test.each([
    ['enter', ['\r']],
    ['esc', ['\x1b']],
    ['ctrl-p', ['\x10']],
    ['shift-tab', ['\x1b[Z']],
    ['?', ['?']],
    ['text:ab', ['a', 'b']],
    ['paste:ab', ['\x1b[200~ab\x1b[201~']],
  ])('%s', (word, bytes) => {
    expect(strokesOf(word)).toEqual(bytes.map((text) => ({ is: 'press', bytes: text })));
  });

  test('parses a wait, and rejects an unknown name with the list of keys', () => {
    expect(strokesOf('wait:500')).toEqual([{ is: 'wait', ms: 500 }]);
    expect(() => strokesOf('entre')).toThrow(/"entre" is not a key: use a character, enter, /);
  });
});

describe('the SVG picture', () => {
  const draw = async (text: string): Promise<string> => {
    const terminal = new headless.Terminal({ cols: 20, rows: 2, allowProposedApi: true });
    await new Promise<void>((done) => terminal.write(text, done));
    return svgOf(terminal, { title: 'a screen' });
  };

  test.each([
    { title: '16 colors', text: '\x1b[91mred', has: /fill="#ff6b6b" textLength="25.2">red</ },
    { title: '256 colors', text: '\x1b[38;5;196mred', has: /fill="#ff0000" [^>]*>red</ },
    { title: 'true color', text: '\x1b[38;2;1;2;3mdark', has: /fill="#010203" [^>]*>dark</ },
    {
      title: 'a background',
      text: '\x1b[48;2;1;2;3m x',
      has: /<path d="M12 12h16.8v17[^>]*fill="#010203"\/>/,
    },
    { title: 'bold', text: '\x1b[1mbold', has: /font-weight="bold" [^>]*>bold</ },
    { title: 'inverse', text: '\x1b[7mx', has: /<path [^>]*fill="#d5d9e0"\/>[\s\S]*fill="#12161c" [^>]*>x</ },
    { title: 'underline', text: '\x1b[4mab', has: /<path d="M12 27h16.8v1h/ },
    {
      title: 'a wide character in two cells',
      text: '注x',
      has: /textLength="16.8" [^>]*>注<[\s\S]*x="28.8"[^>]*>x</,
    },
    { title: 'a row of one style as one text', text: 'a  b \x1b[1mc', has: />a {2}b</ },
    { title: 'escaped XML characters', text: '<&>', has: />&lt;&amp;&gt;</ },
    { title: 'half a block as half a cell', text: '▄', has: /<path d="M12 20.5h8.4v8.5h/ },
    { title: 'adjacent blocks as one area', text: '██', has: /<path d="M12 12h16.8v17h/ },
    { title: 'the lighter shade', text: '░', has: /<path [^>]*opacity="0.25"\/>/ },
  ])('has $title', async ({ text, has }) => {
    expect(await draw(text)).toMatch(has);
  });
});

test('npm run shot: the real screen as text, SVG and PNG', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'opsdeck-shot-test-'));
  const [txt, svg, png] = ['txt', 'svg', 'png'].map((kind) => join(dir, `out.${kind}`));
  try {
    await promisify(execFile)(process.execPath, [
      resolve('scripts/shot.ts'),
      ...['--size', '90x24', '--until', '1 Health', '--keys', '3', '--shows', '▌3 Circuit breakers'],
      ...[txt ?? '', svg ?? '', png ?? ''],
    ]);
    const screen = await readFile(txt ?? '', 'utf8');
    expect(screen.split('\n')).toHaveLength(25);
    expect(screen).toMatch(/PRODUCTION[\s\S]*▌3 Circuit breakers/);
    expect(await readFile(svg ?? '', 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>/);
    if (monospaceFamily() !== undefined)
      expect((await readFile(png ?? '')).subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
