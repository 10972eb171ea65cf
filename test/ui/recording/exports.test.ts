import { createHash } from 'node:crypto';
import vm from 'node:vm';
import headless from '@xterm/headless';
import { expect, test } from 'vitest';
import { asciicastLines } from '../../../src/cli/replay/asciicast.ts';
import { htmlPage } from '../../../src/ui/shell/recording/export/html-page.ts';
import { parseRecording } from '../../../src/ui/shell/recording/recording.ts';
import { frameOf, openMark, recorded, startTime } from './sample.ts';

const sample = async () =>
  parseRecording(
    (
      await recorded([
        [0, frameOf(12, 'first', 'a</script>b')],
        [1000, frameOf(12, 'second', 'a</script>b')],
        [2000, { ...openMark, what: '</script><img src=x onerror=alert(1)>' }],
        [2001, frameOf(12, 'second', 'a</script>b')],
        [3000, frameOf(16, 'third', 'two', 'three')],
        [5000, frameOf(16, 'fourth', 'two', '日本')],
      ])
    ).join(''),
  );

const castOf = async (fromMs: number, toMs: number): Promise<readonly unknown[]> =>
  [...asciicastLines(await sample(), { fromMs, toMs })].map((line) => JSON.parse(line) as unknown);

/** A line of an asciicast. */
const isEvent = (line: unknown): line is [number, string, string] => Array.isArray(line) && line.length === 3;

test('an asciicast follows the field rules of version 2', async () => {
  const [header, ...events] = await castOf(0, 6000);
  // Source: asciinema docs, asciicast v2: required version, width and height; timestamp in Unix seconds.
  expect(header).toEqual({
    version: 2,
    width: 12,
    height: 2,
    timestamp: startTime / 1000,
    title: 'opsdeck shop/production',
    env: { TERM: 'xterm-256color' },
  });
  let last = 0;
  for (const event of events) {
    expect(isEvent(event)).toBe(true);
    if (!isEvent(event)) continue;
    const [time, code, data] = event;
    expect(time).toBeGreaterThanOrEqual(last);
    expect(['o', 'i', 'm', 'r']).toContain(code);
    expect(typeof data).toBe('string');
    if (code === 'r') expect(data).toMatch(/^\d+x\d+$/);
    last = time;
  }
  expect(events.filter((event) => isEvent(event) && event[1] !== 'o')).toEqual([
    [2, 'm', '</script><img src=x onerror=alert(1)> CLOSED → OPEN'],
    [3, 'r', '16x3'],
  ]);
});

test('a terminal that plays the asciicast shows the recorded screen', async () => {
  const terminal = new headless.Terminal({ cols: 12, rows: 2, allowProposedApi: true });
  for (const event of await castOf(0, 6000)) {
    if (!isEvent(event)) continue;
    const [, code, data] = event;
    if (code === 'r') {
      const [columns = 0, rows = 0] = data.split('x').map(Number);
      terminal.resize(columns, rows);
    }
    if (code === 'o') await new Promise<void>((done) => terminal.write(data, done));
  }
  const screen = [0, 1, 2].map((row) =>
    terminal.buffer.active.getLine(row)?.translateToString(true).trimEnd(),
  );
  expect(screen).toEqual(['fourth', 'two', '日本']);
});

test('a cut begins with the screen at its start, and ends at its end', async () => {
  const [header, first, ...rest] = await castOf(1500, 3500);
  expect(header).toMatchObject({ timestamp: Math.floor((startTime + 1500) / 1000) });
  expect(first).toEqual([0, 'o', expect.stringContaining('second')]);
  expect(rest.filter(isEvent).map(([time, code]) => [time, code])).toEqual([
    [0.5, 'm'],
    [1.5, 'r'],
    [1.5, 'o'],
  ]);
});

const pageOf = async (fromMs = 0, toMs = 6000): Promise<string> =>
  [...htmlPage(await sample(), { fromMs, toMs })].join('');

/** The parts of a page: its data, its script, its style and its policy. */
const partsOf = (page: string) => {
  const [, data = ''] = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(page) ?? [];
  const [, script = ''] = /<script>([\s\S]*?)<\/script>/.exec(page) ?? [];
  const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(page) ?? [];
  const [, policy = ''] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page) ?? [];
  return { data, script, style, policy };
};

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('the policy of the page permits its own script and style, and nothing else', async () => {
  const { policy, script, style } = partsOf(await pageOf());
  expect(policy).toBe(
    `default-src 'none'; script-src ${hashOf(script)}; style-src ${hashOf(style)}; base-uri 'none'; form-action 'none'`,
  );
});

test('the page loads nothing, and text of the recording is never markup', async () => {
  const page = await pageOf();
  expect(page.replace(partsOf(page).data, '')).not.toMatch(/\bhttps?:|\bsrc=|@import|url\(/);
  // The two scripts of the page are the only ones, and the data cannot end its element.
  expect(page.match(/<\/script>/g)).toHaveLength(2);
  expect(page).not.toContain('<img');
  expect(partsOf(page).data).toContain('\\u003c/script\\u003e');
  expect(partsOf(page).script).not.toMatch(/innerHTML|outerHTML|document\.write|insertAdjacentHTML|\beval\b/);
});

/** The script's report of an element. */
class FakeElement {
  children: FakeElement[] = [];
  textContent = '';
  className = '';
  value = '';
  max = '';
  style: Record<string, string> = {};
  attributes = new Map<string, string>();
  listeners = new Map<string, (event?: unknown) => void>();
  appendChild(child: FakeElement): void {
    this.children.push(child);
  }
  replaceChildren(): void {
    this.children = [];
  }
  replaceChild(now: FakeElement, was: FakeElement): void {
    this.children[this.children.indexOf(was)] = now;
  }
  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }
  removeAttribute(name: string): void {
    this.attributes.delete(name);
  }
  addEventListener(name: string, listener: (event?: unknown) => void): void {
    this.listeners.set(name, listener);
  }
  text(): string {
    return this.textContent + this.children.map((child) => child.text()).join('');
  }
}

/** Runs the script of a page on a document of fake elements. */
const openPage = async () => {
  const { data, script } = partsOf(await pageOf());
  const elements = new Map<string, FakeElement>();
  const byId = (id: string): FakeElement => {
    const found = elements.get(id) ?? new FakeElement();
    elements.set(id, found);
    return found;
  };
  byId('data').textContent = data;
  byId('speed').value = '1';
  const keys = new FakeElement();
  let now = 0;
  let next: ((now: number) => void) | undefined;
  vm.runInNewContext(script, {
    document: {
      getElementById: byId,
      createElement: () => new FakeElement(),
      addEventListener: keys.addEventListener.bind(keys),
    },
    requestAnimationFrame: (tick: (now: number) => void) => {
      next = tick;
    },
  });
  return {
    byId,
    screen: () => byId('screen').children.map((row) => row.text().trimEnd()),
    press: (key: string) => keys.listeners.get('keydown')?.({ key, preventDefault: () => {} }),
    pass: (ms: number) => {
      now += ms;
      const tick = next;
      next = undefined;
      tick?.(now);
    },
    isPlaying: () => next !== undefined,
  };
};

test('the page plays, seeks, and goes to changes', async () => {
  const page = await openPage();
  expect(page.screen()).toEqual(['first', 'a</script>b']);
  page.byId('play').listeners.get('click')?.();
  page.pass(0);
  expect(page.byId('play').textContent).toBe('Pause');
  page.pass(1000);
  expect(page.screen()).toEqual(['second', 'a</script>b']);
  page.byId('speed').value = '4';
  page.pass(500);
  expect(page.screen()).toEqual(['third', 'two', 'three']);
  expect(page.byId('position').textContent).toBe('0:03 / 0:06');
  expect(page.byId('time').textContent).toBe('14:00:03 UTC');
  page.press(' ');
  expect(page.byId('play').textContent).toBe('Play');
  page.press('ArrowLeft');
  expect(page.screen()).toEqual(['first', 'a</script>b']);
  page.press('n');
  expect(page.byId('position').textContent).toBe('0:02 / 0:06');
  const bar = page.byId('bar');
  expect(bar.max).toBe('6000');
  bar.value = '5500';
  bar.listeners.get('input')?.();
  expect(page.screen()).toEqual(['fourth', 'two', '日本']);
  const [mark] = page.byId('marks').children;
  expect(mark?.text()).toBe('14:00:02  </script><img src=x onerror=alert(1)> CLOSED → OPEN');
  expect(mark?.attributes.get('aria-current')).toBe('true');
  mark?.children[0]?.listeners.get('click')?.();
  expect(page.screen()).toEqual(['second', 'a</script>b']);
});

test('the page stops at its end, and plays again from the start', async () => {
  const page = await openPage();
  page.press(' ');
  page.pass(0);
  page.pass(60_000);
  expect(page.isPlaying()).toBe(false);
  expect(page.screen()).toEqual(['fourth', 'two', '日本']);
  page.press(' ');
  expect(page.screen()).toEqual(['first', 'a</script>b']);
});
