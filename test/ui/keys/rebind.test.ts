import { expect, test } from 'vitest';
import { formatComplaint } from '../../../src/domain/position.ts';
import { bindingGroups, resolveKeyBindings } from '../../../src/ui/keys/resolve-bindings.ts';

/** Entries of `keys:`, one per line from line 2 on. */
const wanted = (entries: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(entries).map(([id, keys], index) => ({
    id,
    keys,
    position: { file: 'config.yaml', line: index + 2, col: 3 },
  }));
const keysOf = (entries: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(resolveKeyBindings(wanted(entries)).keys);
const told = (entries: Readonly<Record<string, readonly string[]>>) =>
  resolveKeyBindings(wanted(entries)).complaints.map(formatComplaint);

test.each([
  [{ 'row.down': ['j', 'down', 'ctrl-n'], environment: [] }],
  [{ ask: ['f5'] }],
  [{ quit: ['ctrl-q'], ask: ['q'] }],
  [{ 'row.down': ['k'], 'row.up': ['j'] }],
  [{ 'breaker.close': ['f2'] }],
  [{ arm: ['f9'], disarm: ['f9'] }],
  [{ 'palette.down': ['down', 'ctrl-j'.replace('j', 'k')] }],
])('%j can be had as it is', (entries) => {
  expect(keysOf(entries)).toEqual(entries);
  expect(told(entries)).toEqual([]);
});

test('a key that something live at the same time has stays there, told with both ids', () => {
  expect(told({ environment: ['j', 'f4'] })).toEqual([
    "config.yaml:2:3: keys environment: j is row.down's already; write another key",
  ]);
  expect(keysOf({ environment: ['j', 'f4'] })).toEqual({ environment: ['f4'] });
});

test('of two entries the earlier keeps the key; the later one that gets none keeps its usual ones', () => {
  const entries = { ask: ['f5'], undo: ['f5'] };
  expect(told(entries)).toEqual(["config.yaml:3:3: keys undo: f5 is ask's already; write another key"]);
  expect(keysOf(entries)).toEqual({ ask: ['f5'], undo: ['u'] });
});

test("a pane's own key clashes in its pane", () => {
  expect(told({ ask: ['C'] })).toEqual([
    "config.yaml:2:3: keys ask: C is breaker.close's already; write another key",
  ]);
});

test.each([
  [{ ask: ['ctrl-c'] }, 'keys ask: ctrl-c means the same everywhere; write another key'],
  [{ ask: ['esc'] }, 'keys ask: esc means the same everywhere; write another key'],
  [{ ask: ['enter'] }, 'keys ask: enter means the same everywhere; write another key'],
  [{ ask: ['?'] }, 'keys ask: ? means the same everywhere; write another key'],
  [{ cancel: ['f1'] }, 'keys cancel: it answers a question and keeps its key; remove the line'],
  [{ confirm: ['y'] }, 'keys confirm: it answers a question and keeps its key; remove the line'],
  [{ confirm: ['f1'] }, 'keys confirm: it answers a question and keeps its key; remove the line'],
  [{ decline: ['n'] }, 'keys decline: it answers a question and keeps its key; remove the line'],
  [{ 'arm.yes': ['y'] }, 'keys arm.yes: it answers a question and keeps its key; remove the line'],
  [{ 'quit.yes': [] }, 'keys quit.yes: it answers a question and keeps its key; remove the line'],
  [{ tick: ['d'] }, 'keys tick: it answers a question and keeps its key; remove the line'],
  [{ help: [] }, 'keys help: it must have a key; write one'],
  [{ quit: [] }, 'keys quit: it must have a key; write one'],
  [
    { 'palette.down': ['n'] },
    'keys palette.down: n is typed into the text there; write ctrl-x, f5 or the name of a key',
  ],
  [
    { 'palette.down': ['ctrl-u'] },
    'keys palette.down: ctrl-u is typed into the text there; write ctrl-x, f5 or the name of a key',
  ],
  [
    { 'row.dwon': ['n'] },
    'keys row.dwon: there is no such binding; did you mean row.down? docs/reference/keys.md has all',
  ],
])('%j is refused', (entries, line) => {
  expect(told(entries)).toEqual([`config.yaml:2:3: ${line}`]);
});

test('what must stay reachable stays: ? is help, esc goes back, enter opens, q quits', () => {
  expect(keysOf({ help: ['f1'] })).toEqual({ help: ['f1', '?'] });
  expect(keysOf({ back: [] })).toEqual({ back: ['esc'] });
  expect(keysOf({ 'row.open': ['f3'] })).toEqual({ 'row.open': ['f3', 'enter'] });
  expect(keysOf({ quit: [] })).toEqual({});
});

test('of the usual keys two share one only where one of them says when it can be used', () => {
  const clashes = bindingGroups()
    .filter(({ base }) => base)
    .flatMap(({ bindings }) =>
      bindings.flatMap((one, index) =>
        bindings
          .slice(index + 1)
          .filter((other) => other.id !== one.id && other.keys.some((key) => one.keys.includes(key)))
          .filter((other) => one.whyNot === undefined && other.whyNot === undefined)
          .map((other) => `${one.id} and ${other.id}`),
      ),
    );
  expect(clashes).toEqual([]);
});
