import { expect, test } from 'vitest';
import { createLiveSettings } from '../../../src/cli/settings/live-settings.ts';
import { parseSettings } from '../../../src/cli/settings/settings-text.ts';
import type { Settings } from '../../../src/domain/profile/settings.ts';
import { createCockpitStore } from '../../../src/store/cockpit.ts';
import { features } from '../../../src/ui/app/features.ts';
import { resolveKeyBindings } from '../../../src/ui/shell/keys/resolve-bindings.ts';

const opened = (given: Partial<Settings> = {}) => {
  const cockpit = createCockpitStore();
  const live = createLiveSettings(
    cockpit,
    () => 0,
    (wantedBindingRequests) => resolveKeyBindings(features, wantedBindingRequests),
    given,
  );
  const parse = (text: string) => parseSettings(text, '/home/ann/.config/opsdeck/config.yaml');
  return {
    begin: (text: string) => live.begin(parse(text)),
    saved: (text: string) => live.saved(parse(text)),
    gone: () => live.saved({ ...parse(''), absent: true }),
    settings: () => cockpit.getState().settings,
    said: () => cockpit.getState().messages.map(({ text }) => text),
  };
};

test('at startup an invalid setting is reported and uses its default', () => {
  const { begin, settings, said } = opened();
  begin('theme: drak\nmotion: reduced\nkeys: { environment: j, ask: f5 }\n');
  expect(settings()).toMatchObject({ theme: 'auto', motion: 'reduced' });
  expect([...settings().keys]).toEqual([
    ['environment', ['e']],
    ['ask', ['f5']],
  ]);
  expect(said()).toEqual([
    'config.yaml:3:9: keys environment: j is already bound to row.down. Choose another key for the command · opsdeck uses the default of this setting',
    'config.yaml:1:8: theme "drak" is not a valid value. Did you mean "dark"? · opsdeck uses the default of this setting · 2 errors',
  ]);
});

test('a valid file applies when it is saved', () => {
  const { begin, saved, settings, said } = opened();
  begin('');
  saved('theme: light\nbell: bell\n');
  expect(settings()).toMatchObject({ theme: 'light', bell: { how: 'bell' } });
  expect(said()).toEqual(['config.yaml reloaded']);
});

test('a removed file restores the defaults', () => {
  const { begin, gone, settings, said } = opened();
  begin('theme: light\n');
  gone();
  expect(settings().theme).toBe('auto');
  expect(said()).toEqual(['config.yaml was removed: opsdeck uses the defaults']);
});

test('an invalid file is reported and changes nothing', () => {
  const { begin, saved, settings, said } = opened();
  begin('theme: light\n');
  const before = settings();
  saved('theme: dark\nmouse: maybe\n');
  expect(settings()).toBe(before);
  saved('theme: [\n');
  expect(settings()).toBe(before);
  saved('keys: { quit: off }\n');
  expect(settings()).toBe(before);
  expect(said()).toEqual([
    'config.yaml:2:8: mouse: expected on or off. Write mouse: off · opsdeck keeps the previous settings',
    'config.yaml:2:1: a bracket is opened and never closed. Add a closing ] · opsdeck keeps the previous settings',
    'config.yaml:1:9: keys quit: this command must have a key. Set at least one · opsdeck keeps the previous settings',
  ]);
});

test('a setting of the command line takes precedence at startup and after a reload', () => {
  const { begin, saved, settings } = opened({ theme: 'mono' });
  begin('theme: light\nmotion: reduced\n');
  expect(settings()).toMatchObject({ theme: 'mono', motion: 'reduced' });
  saved('theme: dark\n');
  expect(settings()).toMatchObject({ theme: 'mono', motion: 'on' });
});

test('every error is reported, the first one last, with their number', () => {
  const { begin, said } = opened();
  begin('theme: a\nmotion: b\nmouse: c\nbell: d\ntime: e\nkeys: { quit: off }\n');
  expect(said().length).toBeGreaterThan(4);
  expect(said().at(-1)).toMatch(new RegExp(`^config\\.yaml:1:8: .* · ${said().length} errors$`));
});
