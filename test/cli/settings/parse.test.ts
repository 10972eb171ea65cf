import { expect, test } from 'vitest';
import { readSettings } from '../../../src/cli/settings/settings-file.ts';
import { parseSettings } from '../../../src/cli/settings/settings-text.ts';
import { defaultSettings } from '../../../src/domain/profile/settings.ts';
import { formatDiagnostic } from '../../../src/domain/text/position.ts';

const parse = (text: string) => parseSettings(text, 'config.yaml');
const diagnosticsOf = (text: string) => parse(text).diagnostics.map(formatDiagnostic);

test.each([
  ['', {}],
  ['# nothing yet\n\n', {}],
  ['---\n', {}],
  ['system: shop\n', { system: 'shop' }],
  ['history: off\n', { history: false }],
  ['history: false\n', { history: false }],
  ['history:\n', {}],
  ['theme: light\n', { theme: 'light' }],
  ['theme: color-blind\n', { theme: 'color-blind' }],
  ['theme: colour-blind\n', { theme: 'color-blind' }],
  ['theme: 16-colors\n', { theme: '16-colors' }],
  ['theme: 16\n', { theme: '16-colors' }],
  ['theme: mono\n', { theme: 'mono' }],
  ['motion: off\n', { motion: 'reduced' }],
  ['motion: on\n', { motion: 'on' }],
  ['ascii: on\n', { ascii: true }],
  ['color: 16\n', { color: '16' }],
  ['color: "256"\n', { color: '256' }],
  ['mouse: off\nmotion: reduced\n', { mouse: false, motion: 'reduced' }],
  [
    'plugins: [opsdeck-plugin-x, "@ops/y", ~/z, ./w, opsdeck-plugin-x]\n',
    { plugins: ['opsdeck-plugin-x', '@ops/y', '~/z', './w'] },
  ],
  ['bell: both\n', { bell: { how: 'both', everyMs: 30_000 } }],
  ['bell: { how: osc9, every: 2m }\n', { bell: { how: 'osc9', everyMs: 120_000 } }],
  [
    'aliases: { bb: run restore-broker, h: health }\n',
    { aliases: { bb: 'run restore-broker', h: 'health' } },
  ],
] as const)('%j sets %j without errors', (text, set) => {
  expect(parse(text)).toEqual({
    settings: { ...defaultSettings, ...set },
    requestedKeys: [],
    diagnostics: [],
    systemUnclear: false,
  });
});

test('parses one key, several keys, no key, and an unquoted digit', () => {
  const { requestedKeys, diagnostics } = parse(
    'keys:\n  row.down: [j, down, ctrl-n]\n  environment: off\n  overview: 0\n  ask: f5\n',
  );
  expect(diagnostics).toEqual([]);
  expect(requestedKeys.map(({ id, keys, position }) => [id, keys, position.line, position.col])).toEqual([
    ['row.down', ['j', 'down', 'ctrl-n'], 2, 3],
    ['environment', [], 3, 3],
    ['overview', ['0'], 4, 3],
    ['ask', ['f5'], 5, 3],
  ]);
});

test.each([
  ['theme: drak\n', 'config.yaml:1:8: theme "drak" is not a valid value. Did you mean "dark"?'],
  ['thme: dark\n', 'config.yaml:1:1: unknown key "thme". Did you mean "theme"?'],
  ['history: never\n', 'config.yaml:1:10: history: expected on or off. Write history: off'],
  ['history: [off]\n', 'config.yaml:1:10: history: expected on or off. Write history: off'],
  ['mouse: 3\n', 'config.yaml:1:8: mouse: expected on or off. Write mouse: off'],
  ['system: 5\n', 'config.yaml:1:9: system: expected text, found 5. Put the value in quotes'],
  ['color: 8\n', 'config.yaml:1:8: color 8 is not a valid value. Write 16, 256, auto, none or truecolor'],
  [
    'bell: loud\n',
    'config.yaml:1:7: bell: expected off, auto, bell, osc9, osc777 or both or a map, found text. Write off, auto, bell, osc9, osc777 or both or { how: … }',
  ],
  [
    'bell: { how: bell, every: 3 }\n',
    'config.yaml:1:27: bell every: every must be a duration. Write every: 30s',
  ],
  ['bell: { how: bell, every: 1ms }\n', 'config.yaml:1:27: bell every "1ms" is too short. Write 1s or more'],
  ['keys: [j]\n', 'config.yaml:1:7: keys: expected a map, found a list. Write KEY: VALUE lines'],
  ['keys: { row.down: ctrl+n }\n', 'config.yaml:1:19: keys row.down "ctrl+n" is not a key. Write ctrl-n'],
  ['keys: { row.down: [j, C-n] }\n', 'config.yaml:1:23: keys row.down [1] "C-n" is not a key. Write ctrl-n'],
  [
    'keys: { ask: ~ }\n',
    'config.yaml:1:14: keys ask: the text is not a key name. Write the key in quotes: "~"',
  ],
  [
    'aliases: { b: [x] }\n',
    'config.yaml:1:15: aliases b: expected text, found a list. Write one value instead of a list or a map',
  ],
  ['- theme\n', 'config.yaml:1:1: expected a map, found a list. Write KEY: VALUE lines'],
  [
    'theme: "dark\n',
    'config.yaml:2:1: a quote is opened and never closed. Close the quote before the value ends',
  ],
] as const)('%j is reported with its position', (text, line) => {
  expect(diagnosticsOf(text)).toEqual([line]);
});

test('an invalid setting does not affect the others', () => {
  const { settings, requestedKeys, diagnostics } = parse(
    'theme: drak\nhistory: off\nkeys:\n  ask: f5\n  undo: hyper-u\nextra: 1\n',
  );
  expect(settings).toEqual({ ...defaultSettings, history: false });
  expect(requestedKeys.map(({ id }) => id)).toEqual(['ask']);
  expect(diagnostics.map(({ position }) => position.line)).toEqual([1, 5, 6]);
});

test.each([
  ['system: [\n', true],
  ['system: 5\n', true],
  ['- x\n', true],
  ['theme: drak\n', false],
] as const)('%j: the system is unclear: %s', (text, unclear) => {
  expect(parse(text).systemUnclear).toBe(unclear);
});

test('a missing file sets nothing, an unreadable one is an error', async () => {
  const read = (answer: () => Promise<string | undefined>) =>
    readSettings({ settingsFile: 'config.yaml', files: { read: answer, list: async () => [] } });
  expect(await read(async () => undefined)).toEqual({
    settings: defaultSettings,
    requestedKeys: [],
    diagnostics: [],
    systemUnclear: false,
    absent: true,
  });
  const odd = await read(() => Promise.reject(new Error('is larger than 4 MiB')));
  expect(odd.diagnostics.map(formatDiagnostic)).toEqual([
    'config.yaml:1:1: cannot read settings: is larger than 4 MiB. Replace this path by a file, or remove the path',
  ]);
  const denied = await read(() => Promise.reject(new Error('EACCES: permission denied')));
  expect(denied.diagnostics.map(formatDiagnostic)).toEqual([
    'config.yaml:1:1: cannot read settings: EACCES: permission denied. Make the file readable for your user',
  ]);
});

test('an invalid plugin does not affect the others', () => {
  const { settings, diagnostics } = parse('plugins: [one, Two, "../x/../y", a/b, 3]\n');
  expect(settings.plugins).toEqual(['one', '../x/../y']);
  expect(diagnostics.map(formatDiagnostic)).toEqual([
    'config.yaml:1:16: plugins[1] "Two" is not a package name. Write a name, or a path that begins with ./ or ~/ or /',
    'config.yaml:1:34: plugins[3] "a/b" is not a package name. Write a name, or a path that begins with ./ or ~/ or /',
    'config.yaml:1:39: plugins[4]: expected text, found 3. Put the value in quotes',
  ]);
  expect(diagnosticsOf('plugins: one\n')).toEqual([
    'config.yaml:1:10: plugins: expected a list, found text. Write plugins: [ … ]',
  ]);
});
