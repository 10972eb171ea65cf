import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/domain/text/position.ts';
import { features } from '../../../src/ui/app/features.ts';
import { bindingGroups, resolveKeyBindings } from '../../../src/ui/shell/keys/resolve-bindings.ts';

/** Entries of `keys:`, one per line, starting at line 2. */
const expected = (entries: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(entries).map(([id, keys], index) => ({
    id,
    keys,
    position: { file: 'config.yaml', line: index + 2, col: 3 },
  }));
const keysOf = (entries: Readonly<Record<string, readonly string[]>>) =>
  Object.fromEntries(resolveKeyBindings(features, expected(entries)).keys);
const diagnosticsOf = (entries: Readonly<Record<string, readonly string[]>>) =>
  resolveKeyBindings(features, expected(entries)).diagnostics.map(formatDiagnostic);

test.each([
  [{ 'row.down': ['j', 'down', 'ctrl-n'], environment: [] }],
  [{ ask: ['f5'] }],
  [{ quit: ['ctrl-q'], ask: ['q'] }],
  [{ 'row.down': ['k'], 'row.up': ['j'] }],
  [{ 'breaker.close': ['f2'] }],
  [{ arm: ['f9'], disarm: ['f9'] }],
  [{ 'palette.down': ['down', 'ctrl-j'.replace('j', 'k')] }],
])('accepts %j', (entries) => {
  expect(keysOf(entries)).toEqual(entries);
  expect(diagnosticsOf(entries)).toEqual([]);
});

test('rejects a key bound to a command that is active at the same time, and names both ids', () => {
  expect(diagnosticsOf({ environment: ['j', 'f4'] })).toEqual([
    'config.yaml:2:3: keys environment: j is already bound to row.down. Choose another key for the command',
  ]);
  expect(keysOf({ environment: ['j', 'f4'] })).toEqual({ environment: ['f4'] });
});

test('the first of two entries keeps a key. The second one falls back to its default', () => {
  const entries = { ask: ['f5'], undo: ['f5'] };
  expect(diagnosticsOf(entries)).toEqual([
    'config.yaml:3:3: keys undo: f5 is already bound to ask. Choose another key for the command',
  ]);
  expect(keysOf(entries)).toEqual({ ask: ['f5'], undo: ['u'] });
});

test('detects conflicts with keys of a single pane', () => {
  expect(diagnosticsOf({ ask: ['C'] })).toEqual([
    'config.yaml:2:3: keys ask: C is already bound to breaker.close. Choose another key for the command',
  ]);
});

test.each([
  [{ ask: ['ctrl-c'] }, 'keys ask: ctrl-c is reserved. Choose another key for the command'],
  [{ ask: ['esc'] }, 'keys ask: esc is reserved. Choose another key for the command'],
  [{ ask: ['enter'] }, 'keys ask: enter is reserved. Choose another key for the command'],
  [{ ask: ['?'] }, 'keys ask: ? is reserved. Choose another key for the command'],
  [
    { cancel: ['f1'] },
    'keys cancel: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { confirm: ['y'] },
    'keys confirm: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { confirm: ['f1'] },
    'keys confirm: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { decline: ['n'] },
    'keys decline: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { 'arm.yes': ['y'] },
    'keys arm.yes: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { 'quit.yes': [] },
    'keys quit.yes: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [
    { tick: ['d'] },
    'keys tick: this key answers a question on the screen, so you cannot rebind the key. Remove this line from keys:',
  ],
  [{ help: [] }, 'keys help: this command must have a key. Set at least one'],
  [{ quit: [] }, 'keys quit: this command must have a key. Set at least one'],
  [
    { 'palette.down': ['n'] },
    'keys palette.down: n types text here and cannot be a shortcut. Use ctrl-x, f5 or a named key such as pageup',
  ],
  [
    { 'palette.down': ['ctrl-u'] },
    'keys palette.down: ctrl-u types text here and cannot be a shortcut. Use ctrl-x, f5 or a named key such as pageup',
  ],
  [
    { 'row.dwon': ['n'] },
    'keys row.dwon: unknown binding. Did you mean row.down? see docs/reference/keys.md for all bindings',
  ],
])('rejects %j', (entries, line) => {
  expect(diagnosticsOf(entries)).toEqual([`config.yaml:2:3: ${line}`]);
});

test('keeps reserved keys: ? is help, esc goes back, enter opens, q quits', () => {
  expect(keysOf({ help: ['f1'] })).toEqual({ help: ['f1', '?'] });
  expect(keysOf({ back: [] })).toEqual({ back: ['esc'] });
  expect(keysOf({ 'row.open': ['f3'] })).toEqual({ 'row.open': ['f3', 'enter'] });
  expect(keysOf({ quit: [] })).toEqual({});
});

test('default keys are shared only if at least one command has a precondition', () => {
  const clashes = bindingGroups(features)
    .filter(({ base }) => base)
    .flatMap(({ bindings }) =>
      bindings.flatMap((binding, index) =>
        bindings
          .slice(index + 1)
          .filter((other) => other.id !== binding.id && other.keys.some((key) => binding.keys.includes(key)))
          .filter((other) => binding.whyNot === undefined && other.whyNot === undefined)
          .map((other) => `${binding.id} and ${other.id}`),
      ),
    );
  expect(clashes).toEqual([]);
});
