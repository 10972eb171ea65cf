import { expect, test } from 'vitest';
import { readSettings } from '../../src/cli/settings.ts';

const read = (text: string | undefined) =>
  readSettings({ settingsFile: 'config.yaml', files: { read: async () => text, list: async () => [] } });

test.each([
  [undefined, {}],
  ['', {}],
  ['system: shop\n', { system: 'shop' }],
  ['history: off\n', { history: false }],
  ['history: false\n', { history: false }],
  ['history: on\nsystem: shop\n', { history: true, system: 'shop' }],
  ['history:\n', {}],
] as const)('%j sets %j', async (text, settings) => {
  expect(await read(text)).toEqual(settings);
});

test.each([
  ['history: never\n', 'config.yaml: history is neither on nor off; write history: off'],
  ['history: [off]\n', 'config.yaml: history is neither on nor off; write history: off'],
  ['system: 5\n', 'config.yaml: system is no name; write system: NAME'],
] as const)('%j is refused', async (text, message) => {
  await expect(read(text)).rejects.toThrow(message);
});
