// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references of a profile look like that

import { expect, test } from 'vitest';
import { formatDiagnostic } from '../../../src/domain/text/position.ts';
import { loadProfile } from '../../../src/profile/load.ts';
import type { SourceModule } from '../../../src/sources/kit/contract/source.ts';
import { head, now } from '../support/loading.ts';
import { memoryFiles } from '../support/memory-files.ts';
import { toyModules } from '../support/toy-modules.ts';

/** The profile with this text, and the source types whose modules were loaded for it. */
const loadOnUse = async (text: string, plugins: readonly SourceModule[] = []) => {
  const loads: string[] = [];
  const sourceTypes = toyModules.map((module) => ({
    type: module.type,
    load: async () => {
      loads.push(module.type);
      return module;
    },
  }));
  const files = memoryFiles({ 'p/dev.yaml': text });
  const { draft, diagnostics } = await loadProfile('p/dev.yaml', {
    files,
    sourceTypes,
    modules: plugins,
    plugins: plugins.map(({ type, plugin = '' }) => ({ name: plugin, sourceTypes: [type] })),
    sets: {},
    processEnv: {},
    now,
  });
  return { loads, draft, said: diagnostics.map(formatDiagnostic) };
};

const probe = '  bus: { type: probe, url: "http://x", checks: [{ service: bus, path: / }] }\n';
const exec = async (): Promise<string> => '';

test('only the modules of the source types in use are loaded', async () => {
  const { loads, draft, said } = await loadOnUse(`${head}sources:\n${probe}`);
  expect(said).toEqual([]);
  expect(new Set(loads)).toEqual(new Set(['probe']));
  const { profile, modules } = (await draft?.finish({ exec })) ?? {};
  expect(profile?.sources.map(({ type }) => type)).toEqual(['probe']);
  expect(modules?.map(({ type }) => type)).toEqual(['probe']);
});

test('a profile without sources loads none', async () => {
  const { loads, draft } = await loadOnUse(head);
  expect(draft).toBeDefined();
  expect(loads).toEqual([]);
});

test('the diagnostic about an unknown type knows every type', async () => {
  const { loads, said } = await loadOnUse(
    `${head}sources:\n  bus: { type: prob }\n${probe.replace('bus', 'b')}`,
  );
  expect(loads).toEqual(toyModules.map(({ type }) => type));
  expect(said).toEqual(['p/dev.yaml:6:16: unknown type "prob". Did you mean "probe"?']);
});

test('a missing type names every type', async () => {
  const { said } = await loadOnUse(`${head}sources:\n  bus: { url: "http://x" }\n`);
  expect(said.join()).toContain(toyModules.map(({ type }) => type).join(' | '));
});

test('an override of a variable can change a type', async () => {
  const text = `${head}vars:\n  kind: probe\nsources:\n  bus: { type: "\${kind}", url: "http://x" }\n`;
  const { loads, draft } = await loadOnUse(text);
  expect(loads).toEqual(['probe']);
  const finished = await draft?.finish({ exec, varOverrides: { kind: 'mute' } });
  expect(loads).toEqual(['probe', 'mute']);
  expect(finished?.modules.map(({ type }) => type)).toEqual(['mute']);
});

test('a requested plugin is a known type; one that is not requested is not', async () => {
  const [module] = toyModules;
  if (module === undefined) throw new Error('no toy module');
  const plugin: SourceModule = { ...module, type: 'tides', plugin: 'opsdeck-tides' };
  const sources = `sources:\n  sea: { type: tides, url: "http://x" }\n`;
  const requested = await loadOnUse(`${head}plugins: [opsdeck-tides]\n${sources}`, [plugin]);
  expect(requested).toMatchObject({ said: [], loads: [] });
  const refused = await loadOnUse(`${head}${sources}`, [plugin]);
  expect(refused.said.join()).toContain('which this profile does not list');
  expect(refused.loads).toEqual(toyModules.map(({ type }) => type));
});
